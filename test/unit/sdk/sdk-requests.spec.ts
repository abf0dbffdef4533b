import { Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { ForeignOriginError } from '../../../lib/errors/errors.js';
import { originForToken } from '../../../lib/http/attach-policy.js';
import { holdsStream, sdkPolicy } from '../../../lib/sdk/sdk-requests.js';
import { TokenSource } from '../../../lib/token/token-source.js';

const LOOP: unknown[] = [];
LOOP.push(LOOP);

/** A token source as an app may write one. */
function aspose(allowedOrigins: string[] | undefined): TokenSource {
  return new (class extends TokenSource {
    override getToken = () => Promise.reject(new Error('not asked'));
    override get allowedOrigins() {
      return allowedOrigins;
    }
  })();
}

describe('The URL of an SDK', () => {
  const policy = sdkPolicy(aspose(['https://api.aspose.cloud']));

  it.each([
    'https://api.aspose.cloud/v3.0/cells',
    'https://api.aspose.cloud:443',
    new URL('https://api.aspose.cloud/v3.0'),
  ])('that may receive the token gives its origin: %s', (url) => {
    expect(originForToken({ url }, policy)).toBe('https://api.aspose.cloud');
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
    undefined,
    null,
    '',
    '/v3.0/cells',
    42,
    {},
  ])('that may not is forbidden: %s', (url) => {
    const asking = () => originForToken({ url }, policy);

    expect(asking).toThrow(ForeignOriginError);
    expect(asking).toThrow(
      "Give the SDK's constructor the base URL that AsposeAuthModule has, or add",
    );
  });

  it('needs a token source that says where its tokens may be sent', () => {
    expect(() => sdkPolicy(aspose(undefined))).toThrow(
      'The SDK cannot be given tokens:\n  - allowedOrigins is missing: this token source does not say where its tokens may be sent. Override its allowedOrigins, or pass AsposeTokenService.',
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
