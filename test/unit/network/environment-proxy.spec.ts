import * as http from 'node:http';
import * as https from 'node:https';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  assertDirectFetch,
  directRoute,
  isLoopbackProxied,
  mayUseFetch,
} from '../../../lib/network/environment-proxy.js';

const HERE = 'http://127.0.0.1:8080/v4.0/cells';
const HTTP_PROXY = 'http://proxy:3128';

describe('fetch where all of Node takes the proxy of the environment', () => {
  const { options } = http.globalAgent as unknown as { options: object };
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

const TOKEN_ENDPOINT = 'http://127.0.0.1:8080/connect/token';

/** As `NODE_USE_ENV_PROXY` has Node make one. */
function withProxy<Agent extends http.Agent>(agent: Agent): Agent {
  Object.assign((agent as unknown as { options: object }).options, {
    proxyEnv: { HTTP_PROXY: 'http://proxy' },
  });
  return agent;
}

function withoutProxy({ options }: { options?: object }): void {
  Reflect.deleteProperty(options ?? {}, 'proxyEnv');
}

describe('The route of a request', () => {
  it.each([
    TOKEN_ENDPOINT,
    'http://localhost',
    'http://[::1]:1',
    'https://127.1.2.3/',
    'http://localhost.',
    'http://cloud.localhost:1',
    'http://[::ffff:127.0.0.1]',
    'http://0.0.0.0',
    'http://[::]',
  ])('to this machine has no proxy: %s', (url) => {
    expect(directRoute(url, {})).toStrictEqual({ proxy: false });
  });

  it.each([
    'https://api.aspose.cloud',
    'http://aspose.internal',
    'http://notlocalhost',
    'http://[::ffff:10.0.0.1]',
  ])('to another machine is as it was: %s', (url) => {
    expect(directRoute(url, { proxy: false })).toStrictEqual({});
  });

  it('is the one that the app gives', () => {
    const proxy = { host: 'proxy', port: 3128 };

    expect(directRoute(TOKEN_ENDPOINT, { proxy })).toStrictEqual({});
  });

  it.each([undefined, null, false])(
    'has no proxy that the app does not give: %j',
    (proxy) => {
      expect(directRoute(TOKEN_ENDPOINT, { proxy })).toStrictEqual({
        proxy: false,
      });
    },
  );

  it('keeps an agent that the app gives', () => {
    const httpAgent = new http.Agent();

    expect(directRoute(TOKEN_ENDPOINT, { httpAgent })).toStrictEqual({
      proxy: false,
    });
  });

  it('is left to an agent of the app that takes a proxy', () => {
    const httpAgent = withProxy(new http.Agent());

    expect(directRoute(TOKEN_ENDPOINT, { httpAgent })).toStrictEqual({
      proxy: false,
    });
  });
});

describe('Where all of Node takes the proxy of the environment', () => {
  beforeEach(() => {
    withProxy(http.globalAgent);
    withProxy(https.globalAgent);
  });
  afterEach(() => {
    withoutProxy(http.globalAgent as { options?: object });
    withoutProxy(https.globalAgent);
  });

  it.each([
    ['httpAgent', TOKEN_ENDPOINT, http.globalAgent],
    ['httpsAgent', 'https://localhost/', https.globalAgent],
  ] as const)('a request to this machine has another %s', (name, url, all) => {
    const route = directRoute(url, {});

    expect(route).toStrictEqual({
      proxy: false,
      [name]: expect.any(all.constructor),
    });
    expect(route[name]).not.toBe(all);
    expect(route[name]).toHaveProperty('options.proxyEnv', undefined);
    expect(route[name]).toMatchObject({
      keepAlive: Reflect.get(all, 'keepAlive'),
    });
    expect(directRoute(url, { proxy: false })[name]).toBe(route[name]);
  });

  it('one with an agent of the app keeps it', () => {
    const httpAgent = new http.Agent();

    expect(directRoute(TOKEN_ENDPOINT, { httpAgent })).toStrictEqual({
      proxy: false,
    });
  });
});
