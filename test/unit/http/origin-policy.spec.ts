import { describe, expect, it } from 'vitest';

import { mayReceiveToken, originOf } from '../../../lib/http/origin-policy.js';

describe('originOf', () => {
  it.each([
    ['https://api.aspose.cloud/v4.0/cells?a=1#b', 'https://api.aspose.cloud'],
    ['HTTPS://API.Aspose.Cloud:443', 'https://api.aspose.cloud'],
    ['http://localhost:5000', 'http://localhost:5000'],
    ['http://me:secret@localhost:80', 'http://localhost'],
    ['/v4.0/cells', undefined],
    ['//api.aspose.cloud/v4.0', undefined],
    ['', undefined],
  ])('of %s is %s', (url, origin) => {
    expect(originOf(url)).toBe(origin);
  });
});

describe('A token', () => {
  const ALLOWED = ['https://api.aspose.cloud', 'http://localhost:5000'];

  it.each([
    'https://api.aspose.cloud',
    'https://api.aspose.cloud:443/v4.0',
    'https://API.ASPOSE.CLOUD/?x=https://evil.example',
    'http://localhost:5000/v3.0',
  ])('may go to %s', (url) => {
    expect(mayReceiveToken(url, ALLOWED)).toBe(true);
  });

  it.each([
    ['another scheme', 'http://api.aspose.cloud'],
    ['another port', 'https://api.aspose.cloud:8443'],
    ['a subdomain', 'https://sub.api.aspose.cloud'],
    ['the parent domain', 'https://aspose.cloud'],
    ['a longer name', 'https://api.aspose.cloud.evil.example'],
    ['a longer name before it', 'https://evilapi.aspose.cloud'],
    ['the name with a dot at its end', 'https://api.aspose.cloud.'],
    ['the name as a user name', 'https://api.aspose.cloud@evil.example'],
    ['the name behind a backslash', 'https://evil.example\\@api.aspose.cloud'],
    ['a look-alike letter', 'https://api.аspose.cloud'],
    ['another name of the machine', 'http://127.0.0.1:5000'],
    ['no URL', '/v4.0/cells'],
    ['no host', 'data:text/plain,null'],
  ])('may not go to %s', (_, url) => {
    expect(mayReceiveToken(url, ALLOWED)).toBe(false);
  });

  it('may go nowhere when no origin is allowed', () => {
    expect(mayReceiveToken('https://api.aspose.cloud', [])).toBe(false);
  });
});
