import { describe, expect, it } from 'vitest';

import { cleanText } from '../../../../lib/http/failure/clean-text.js';

const JWT = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const SECRET = '0123456789abcdef0123456789abcdef';

describe('The text of an API', () => {
  it.each([
    ['File "Größe 5.xlsx" not found.', 'File "Größe 5.xlsx" not found.'],
    ['  two\r\n lines\t and  more ', 'two lines and more'],
    ['bell\u0007 null\0 escape\u001b[31m', 'bell null escape [31m'],
    ['turned \u202eetadpu\u2069 \u2028next', 'turned etadpu next'],
    ['half \ud800 a pair', 'half a pair'],
    [
      'Wrong.\r\n   at Aspose.Cells.Load(String path) in C:\\src\\a.cs:line 3',
      'Wrong.',
    ],
  ])('is one line to a person: %j', (text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  it.each([
    '',
    ' \r\n\u0000',
    '<html><body>502</body></html>',
    '<!DOCTYPE html><p>',
    '<Error><Code>AccessDenied</Code></Error>',
    'Sorry <body class="x">',
  ])('says nothing when it is %j', (text) => {
    expect(cleanText(text)).toBeUndefined();
  });

  it('has at most 500 characters, none of them cut in two', () => {
    const clean = cleanText('😀'.repeat(501)) ?? '';

    expect(Array.from(clean)).toHaveLength(500);
    expect(clean.endsWith('😀…')).toBe(true);
    expect(cleanText('😀'.repeat(500))).toBe('😀'.repeat(500));
  });

  it.each([
    ['no host user:pass@x', 'no host user:pass@x'],
    [
      'see https://user:pass@store.example/a/b.xlsx?sig=abc#c, please',
      'see https://store.example/a/b.xlsx please',
    ],
    ['see https://[::1, please', 'see [URL] please'],
    [`Bearer ${SECRET}.x is unauthorized`, '[redacted] is unauthorized'],
    ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: [redacted]'],
    [`token ${JWT} has expired`, 'token [redacted] has expired'],
    [`${SECRET} is no key`, '[redacted] is no key'],
    [
      'client_id=abc&client_secret=def&x=1',
      'client_id=[redacted]&client_secret=[redacted]&x=1',
    ],
    ['{"access_token":"abc d"}', '{"access_token":[redacted]}'],
    ['password = hunter2; try again', 'password = [redacted]; try again'],
    ["{'client_secret': 'abc d', x}", "{'client_secret': [redacted], x}"],
    ['client_secret: s3cr3t, sorry', 'client_secret: [redacted], sorry'],
    ['token: abc123', 'token: [redacted]'],
    [
      'AccountName=me;AccountKey=abc+/==;Pwd=x',
      'AccountName=me;AccountKey=[redacted];Pwd=[redacted]',
    ],
    ['AKIAIOSFODNN7EXAMPLE is no key', '[redacted] is no key'],
    [
      '/a/b.xlsx?sv=1&sig=abc%2F is gone',
      '/a/b.xlsx?sv=1&sig=[redacted] is gone',
    ],
    [
      'Invalid token: the file has no such part',
      'Invalid token: the file has no such part',
    ],
    ['The password is wrong.', 'The password is wrong.'],
    [
      'Request 0d5d7ee0-8f0c-4d6f-9d5d-3a3f4f6e7a11 failed',
      'Request 0d5d7ee0-8f0c-4d6f-9d5d-3a3f4f6e7a11 failed',
    ],
  ])('identifies nobody: %j', (text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  it.each([
    'a'.repeat(1e6),
    'a://'.repeat(1e5),
    'x="'.repeat(1e5),
    'token="',
    'token: '.repeat(1e5),
    `token: ${'x'.repeat(1e6)}`,
  ])('takes no time, however long and odd it is', (text) => {
    const start = performance.now();
    cleanText(text);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
