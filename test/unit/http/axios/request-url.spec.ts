import { AxiosHeaders } from 'axios';
import { describe, expect, it } from 'vitest';

import type { AxiosLikeConfig } from '../../../../lib/http/axios/axios-like.js';
import { urlAtOrigin } from '../../../../lib/http/axios/request-url.js';

const BASE = 'https://api.aspose.cloud/v4.0/';
const ELSEWHERE = 'https://elsewhere.example/x';

const configOf = (
  url: string | URL | undefined,
  more: Partial<AxiosLikeConfig> = {},
): AxiosLikeConfig => ({
  baseURL: BASE,
  headers: new AxiosHeaders(),
  ...(url !== undefined && { url }),
  ...more,
});

describe('A path below the base URL', () => {
  it.each([
    undefined,
    '',
    '/cells',
    '/cells/a:b',
    'cells/status',
    'cells?a=https://elsewhere.example',
    'cells',
    '.',
    '../cells',
    'my%20folder/a',
    '/http://elsewhere.example',
    'ht\ttps://elsewhere.example/x',
    ' https://elsewhere.example/x',
    '/\t/elsewhere.example/x',
    String.raw`\\elsewhere.example/x`,
    'https:elsewhere.example',
    '@elsewhere.example/x',
  ])('is at the origin of that: %j', (url) => {
    const config = configOf(url);

    expect(urlAtOrigin(config)).toBe(BASE);
  });
});

describe('A URL of its own', () => {
  it.each([
    ELSEWHERE,
    new URL(ELSEWHERE),
    'HTTPS://elsewhere.example',
    'ftp://elsewhere.example',
    '//elsewhere.example/x',
  ])('is where the request is made: %s', (url) => {
    const config = configOf(url);

    expect(urlAtOrigin(config)).toBe(String(url));
  });

  it('is where a request without a base URL is made', () => {
    const config = configOf(ELSEWHERE, {
      baseURL: '',
      allowAbsoluteUrls: false,
    });

    expect(urlAtOrigin(config)).toBe(ELSEWHERE);
  });
});

it.each([ELSEWHERE, new URL(ELSEWHERE), '//elsewhere.example/x'])(
  'What is to be a path is at the origin of the base URL, even if it looks like a URL: %s',
  (url) => {
    expect(urlAtOrigin(configOf(url, { allowAbsoluteUrls: false }))).toBe(BASE);
  },
);
