import { AxiosHeaders } from 'axios';
import { describe, expect, it, vi } from 'vitest';

import {
  axiosBearerRequest,
  urlAtOrigin,
} from '../../../../lib/http/axios/axios-bearer-request.js';
import type {
  AxiosLikeAdapter,
  AxiosLikeConfig,
} from '../../../../lib/http/axios/axios-like.js';
import { AccessToken, AsposeAuthErrorCode } from '../../../../lib/index.js';
import { rejectionOf } from '../../../support/rejection.js';

describe('A request of axios', () => {
  it.each(['https://elsewhere.example/file', 'https://:no-url'])(
    'that would lead elsewhere than was checked is not sent: %s',
    async (url) => {
      const adapter = vi.fn<AxiosLikeAdapter>();
      const request = axiosBearerRequest(
        adapter,
        { url, headers: new AxiosHeaders() },
        'https://api.aspose.cloud',
      );

      const error = await rejectionOf(request.send(new AccessToken('token')));

      expect(error).toMatchObject({ code: AsposeAuthErrorCode.FOREIGN_ORIGIN });
      expect(adapter).not.toHaveBeenCalled();
    },
  );
});

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
