import { AxiosHeaders } from 'axios';
import { describe, expect, it } from 'vitest';

import type { AxiosLikeConfig } from '../../../../lib/http/axios/axios-like.js';
import {
  settleUrl,
  urlAtOrigin,
} from '../../../../lib/http/axios/request-url.js';

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

/** Where a request leads once it is settled: as `new URL` reads what an adapter puts together. */
function settled(config: AxiosLikeConfig) {
  settleUrl(config);
  return [config.baseURL, String(config.url ?? '')];
}

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
  ])('is at the origin of that, and left as it is: %s', (url) => {
    const config = configOf(url);

    expect(urlAtOrigin(config)).toBe(BASE);
    expect(settled(config)).toStrictEqual([BASE, url ?? '']);
  });
});

describe('A URL of its own', () => {
  it.each([
    ELSEWHERE,
    new URL(ELSEWHERE),
    'HTTPS://elsewhere.example',
    'ftp://elsewhere.example',
    '//elsewhere.example/x',
  ])('is where the request is made, and left as it is: %s', (url) => {
    const config = configOf(url);

    expect(urlAtOrigin(config)).toBe(String(url));
    expect(settled(config)).toStrictEqual([BASE, String(url)]);
  });

  it('is where a request without a base URL is made', () => {
    const config = configOf(ELSEWHERE, {
      baseURL: '',
      allowAbsoluteUrls: false,
    });

    expect(urlAtOrigin(config)).toBe(ELSEWHERE);
    expect(settled(config)).toStrictEqual(['', ELSEWHERE]);
  });
});

describe('What some axios takes for a path and another for a URL', () => {
  it.each([
    [ELSEWHERE, { allowAbsoluteUrls: false }],
    [new URL(ELSEWHERE), { allowAbsoluteUrls: false }],
    ['//elsewhere.example/x', { allowAbsoluteUrls: false }],
    ['ht\ttps://elsewhere.example/x', {}],
    [' https://elsewhere.example/x', {}],
    ['\u0000https://elsewhere.example/x', {}],
    ['/\t/elsewhere.example/x', {}],
    [String.raw`/\elsewhere.example/x`, {}],
    [String.raw`\\elsewhere.example/x`, {}],
    ['https:elsewhere.example', {}],
    ['@elsewhere.example/x', {}],
  ])('is made a URL at the origin that was checked: %j', (url, more) => {
    const config = configOf(url, more);
    const { origin } = new URL(urlAtOrigin(config));

    settleUrl(config);

    expect(config.baseURL).toBe('');
    expect(String(config.url)).toMatch(
      /^https:\/\/api\.aspose\.cloud\/v4\.0\//,
    );
    expect(new URL(String(config.url)).origin).toBe(origin);
  });
});
