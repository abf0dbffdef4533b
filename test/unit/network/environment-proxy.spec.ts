import { globalAgent } from 'node:http';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  isLoopbackProxied,
  mayUseFetch,
  assertDirectFetch,
} from '../../../lib/network/environment-proxy.js';

const HERE = 'http://127.0.0.1:8080/v4.0/cells';
const HTTP_PROXY = 'http://proxy:3128';

describe('fetch where all of Node takes the proxy of the environment', () => {
  const { options } = globalAgent as unknown as { options: object };
  beforeEach(() => void Object.assign(options, { proxyEnv: {} }));
  afterEach(() => void Reflect.deleteProperty(options, 'proxyEnv'));

  it.each([
    [HERE, { HTTP_PROXY }],
    [HERE, { http_proxy: HTTP_PROXY, NO_PROXY: 'localhost, 127.0.0.1:1' }],
    ['http://[::1]:8080/', { HTTP_PROXY }],
    ['https://localhost/', { HTTPS_PROXY: HTTP_PROXY }],
    ['https://localhost/', { HTTP_PROXY }],
  ])('is forbidden for %s with %j', (url, env) => {
    const { hostname } = new URL(url);

    expect(() => assertDirectFetch(url, env)).toThrow(
      expect.objectContaining({
        code: 'ASPOSE_AUTH_INVALID_OPTIONS',
        message: expect.stringMatching(
          new RegExp(
            `cannot be made.*Add .*${hostname.slice(1, -1)}.* to NO_PROXY`,
            's',
          ),
        ),
      }),
    );
  });

  it.each([
    ['https://api.aspose.cloud/', { HTTPS_PROXY: HTTP_PROXY }],
    [HERE, {}],
    [HERE, { HTTPS_PROXY: HTTP_PROXY }],
    [HERE, { HTTP_PROXY: '' }],
    [HERE, { HTTP_PROXY, NO_PROXY: 'localhost 127.0.0.1' }],
    [HERE, { HTTP_PROXY, no_proxy: '127.0.0.1:8080' }],
    [HERE, { HTTP_PROXY, NO_PROXY: '*' }],
    ['http://localhost/', { HTTP_PROXY, NO_PROXY: 'LOCALHOST' }],
    ['http://[::1]/', { HTTP_PROXY, NO_PROXY: '[::1]' }],
  ])('is permitted for %s with %j', (url, env) => {
    expect(() => assertDirectFetch(url, env)).not.toThrow();
  });

  it('is permitted where Node takes none', () => {
    Reflect.deleteProperty(options, 'proxyEnv');

    expect(() => assertDirectFetch(HERE, { HTTP_PROXY })).not.toThrow();
  });
});

describe('127.0.0.1, to the request package', () => {
  it.each<Record<string, string>>([
    {},
    { HTTP_PROXY: '' },
    { HTTPS_PROXY: HTTP_PROXY },
    { HTTP_PROXY, NO_PROXY: '*' },
    { HTTP_PROXY, NO_PROXY: '127.0.0.1' },
    { HTTP_PROXY, NO_PROXY: 'localhost, 127.0.0.1 ,.internal' },
    { http_proxy: HTTP_PROXY, no_proxy: 'localhost,127.0.0.1' },
    { HTTP_PROXY, NO_PROXY: '.127.0.0.1' },
  ])('is reached without a proxy with %o', (env) => {
    expect(isLoopbackProxied(env)).toBe(false);
  });

  it.each<Record<string, string>>([
    { HTTP_PROXY },
    { http_proxy: HTTP_PROXY },
    { HTTP_PROXY, NO_PROXY: '' },
    { HTTP_PROXY, NO_PROXY: 'localhost' },
    { HTTP_PROXY, NO_PROXY: 'localhost,*' },
    { HTTP_PROXY, NO_PROXY: '127.0.0.0/8' },
    { HTTP_PROXY, NO_PROXY: '127.0.0.1:8080' },
    { HTTP_PROXY, NO_PROXY: '127.0.0.11' },
    { HTTP_PROXY, NO_PROXY: 'localhost', no_proxy: '127.0.0.1' },
  ])('is behind the proxy with %o', (env) => {
    expect(isLoopbackProxied(env)).toBe(true);
  });
});

describe('The adapter of axios', () => {
  it.each(['fetch', ['fetch'], ['xhr', 'Fetch'], ['fetch', 'http']])(
    'may be the one named fetch: %j',
    (adapter) => {
      expect(mayUseFetch(adapter)).toBe(true);
    },
  );

  it.each(['http', ['xhr', 'http', 'fetch'], undefined, () => {}])(
    'is another one: %j',
    (adapter) => {
      expect(mayUseFetch(adapter)).toBe(false);
    },
  );
});
