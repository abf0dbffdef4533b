import { Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { ForeignOriginError } from '../../../lib/errors/foreign-origin.error.js';
import {
  holdsStream,
  assertAllowedUrl,
} from '../../../lib/sdk/sdk-requests.js';

const LOOP: unknown[] = [];
LOOP.push(LOOP);

const ALLOWED = ['https://api.aspose.cloud'];

describe('The URL of an SDK', () => {
  it.each([
    'https://api.aspose.cloud/v3.0/cells',
    'https://api.aspose.cloud:443',
    new URL('https://api.aspose.cloud/v3.0'),
  ])('that may receive the token gives its origin: %s', (url) => {
    expect(assertAllowedUrl(url, ALLOWED)).toBe('https://api.aspose.cloud');
  });

  it.each([
    'http://api.aspose.cloud',
    'https://api.aspose.cloud:8443',
    'https://sub.api.aspose.cloud',
    new URL('https://elsewhere.example'),
    // No URL to the standard, another host to the request package.
    'https://elsewhere.example^api.aspose.cloud',
    'HTTP://elsewhere.example|/v3.0',
    ' https://elsewhere.example:port',
  ])('that may not is refused: %s', (url) => {
    const refusing = () => assertAllowedUrl(url, ALLOWED);

    expect(refusing).toThrow(ForeignOriginError);
    expect(refusing).toThrow(
      "Give the SDK's constructor the base URL that AsposeAuthModule has, or add",
    );
  });

  it.each([undefined, null, '', '/v3.0/cells', 42, {}])(
    'that says nothing gives no origin: %s',
    (url) => {
      expect(assertAllowedUrl(url, ALLOWED)).toBe('');
    },
  );

  it('is not judged for a token source that leaves it to others', () => {
    expect(assertAllowedUrl('https://elsewhere.example', undefined)).toBe(
      'https://elsewhere.example',
    );
  });
});

describe('What an SDK sends', () => {
  it.each<[string, unknown]>([
    ['a Node stream', Readable.from(['a workbook'])],
    ['a form field', { file: Readable.from(['a workbook']) }],
    ['a form field with options', { file: { value: Readable.from(['']) } }],
    ['one of several files', { files: ['text', Readable.from([''])] }],
    ['a part of a multipart body', [{ body: Readable.from(['']) }]],
    ['an object that passes for a stream', { pipe: () => {} }],
  ])('holds a stream: %s', (_, body) => {
    expect(holdsStream(body)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', 'a workbook'],
    ['a list that holds itself', LOOP],
    ['bytes', Buffer.from('a workbook')],
    ['form fields', { file: Buffer.from('a workbook'), name: 'book' }],
    ['JSON', { pipe: 'a word', nested: [1, { two: null }] }],
    ['a multipart body', [{ 'Content-Type': 'text/csv', body: 'a workbook' }]],
  ])('holds none: %s', (_, body) => {
    expect(holdsStream(body)).toBe(false);
  });
});
