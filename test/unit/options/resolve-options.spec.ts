import { describe, expect, it } from 'vitest';

import {
  type AsposeAuthModuleOptions,
  DEFAULT_BASE_URL,
  DEFAULT_QUERY_NAMES,
  DEFAULT_REFRESH,
  DEFAULT_RETRY,
  DEFAULT_TIMEOUTS,
} from '../../../lib/index.js';
import { resolveOptions } from '../../../lib/options/resolve-options.js';

const CREDENTIALS = { clientId: 'id', clientSecret: 'secret' };

describe('Options', () => {
  it.each<[string, AsposeAuthModuleOptions]>([
    ['are absent', {}],
    [
      'are undefined',
      {
        credentials: undefined,
        accessToken: undefined,
        auth: undefined,
        baseUrl: undefined,
        tokenEndpoint: undefined,
        credentialsIn: undefined,
        queryNames: undefined,
        allowedOrigins: undefined,
        refresh: undefined,
        timeouts: undefined,
        retry: undefined,
        axios: undefined,
        tokenAxios: undefined,
        warmUp: undefined,
        allowInsecureHttp: undefined,
      },
    ],
  ])('keep their defaults where they %s', (_, options) => {
    expect(resolveOptions({ ...CREDENTIALS, ...options })).toMatchObject({
      auth: { mode: 'client-credentials', credentials: CREDENTIALS },
      baseUrl: 'https://api.aspose.cloud',
      endpoint: {
        url: 'https://api.aspose.cloud/connect/token',
        credentialsIn: 'form',
        queryNames: { clientId: 'client_id', clientSecret: 'client_secret' },
      },
      allowedOrigins: ['https://api.aspose.cloud'],
      refresh: {
        earliest: 0.7,
        latest: 0.8,
        safetyMs: 30_000,
        patienceMs: 2_000,
      },
      timeouts: { attemptMs: 4_000, flightMs: 10_000 },
      retry: { attempts: 3, baseDelayMs: 1_000, maxDelayMs: 30_000 },
      axios: {},
      tokenAxios: {},
      warmUp: 'background',
    });
  });

  it('keep the defaults of the fields that are absent or undefined', () => {
    const resolved = resolveOptions({
      ...CREDENTIALS,
      credentialsIn: 'query',
      queryNames: { clientId: 'id', clientSecret: undefined },
      refresh: { safetyMs: 1, latest: undefined },
      timeouts: { flightMs: 20_000, attemptMs: undefined },
      retry: { attempts: 1 },
    });

    expect(resolved).toMatchObject({
      endpoint: { queryNames: { ...DEFAULT_QUERY_NAMES, clientId: 'id' } },
      refresh: { ...DEFAULT_REFRESH, safetyMs: 1 },
      timeouts: { ...DEFAULT_TIMEOUTS, flightMs: 20_000 },
      retry: { ...DEFAULT_RETRY, attempts: 1 },
    });
  });

  it('leave the defaults themselves alone', () => {
    resolveOptions({ ...CREDENTIALS, retry: { attempts: 1 } });

    expect(DEFAULT_RETRY.attempts).toBe(3);
    expect(DEFAULT_BASE_URL).toBe('https://api.aspose.cloud');
  });

  it.each([
    [undefined, undefined, 'https://api.aspose.cloud/connect/token'],
    ['https://host', undefined, 'https://host/connect/token'],
    ['https://host/', undefined, 'https://host/connect/token'],
    ['https://host/api//', '/token', 'https://host/api/token'],
    ['https://host', '//other/token', 'https://host//other/token'],
    [
      'https://host/api',
      'https://id.aspose.cloud/connect/token',
      'https://id.aspose.cloud/connect/token',
    ],
  ])(
    'place the token endpoint: under %s, %s is %s',
    (baseUrl, tokenEndpoint, url) => {
      const { endpoint } = resolveOptions({
        ...CREDENTIALS,
        baseUrl,
        tokenEndpoint,
      });

      expect(endpoint.url).toBe(url);
    },
  );

  it.each([
    ['https://host/api/v4.0', undefined, ['https://host']],
    ['https://HOST:443', undefined, ['https://host']],
    ['https://host:8443/', undefined, ['https://host:8443']],
    [
      'https://host',
      ['https://HOST/', 'http://localhost:80'],
      ['https://host', 'http://localhost'],
    ],
  ])(
    'allow an origin as URLs write it: of %s and %j',
    (baseUrl, allowedOrigins, expected) => {
      const resolved = resolveOptions({
        ...CREDENTIALS,
        baseUrl,
        allowedOrigins,
      });

      expect(resolved.allowedOrigins).toStrictEqual(expected);
    },
  );

  it('take credentials in one, or from a function', () => {
    const credentials = () => CREDENTIALS;

    expect(resolveOptions({ credentials: CREDENTIALS }).auth).toStrictEqual({
      mode: 'client-credentials',
      credentials: CREDENTIALS,
    });
    expect(resolveOptions({ credentials }).auth).toStrictEqual({
      mode: 'client-credentials',
      credentials,
    });
  });

  it('take a static token, or none', () => {
    const { auth } = resolveOptions({ accessToken: 'static' });

    expect(auth).toMatchObject({ mode: 'static' });
    expect(auth.mode === 'static' && auth.token.value).toBe('static');
    expect(resolveOptions({ auth: 'none' }).auth).toStrictEqual({
      mode: 'disabled',
    });
  });
});
