import * as http from 'node:http';
import * as https from 'node:https';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { directRoute } from '../../../lib/network/direct-route.js';

const HERE = 'http://127.0.0.1:8080/connect/token';

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
    HERE,
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

    expect(directRoute(HERE, { proxy })).toStrictEqual({});
  });

  it.each([undefined, null, false])(
    'has no proxy that the app does not give: %j',
    (proxy) => {
      expect(directRoute(HERE, { proxy })).toStrictEqual({ proxy: false });
    },
  );

  it('keeps an agent that the app gives', () => {
    const httpAgent = new http.Agent();

    expect(directRoute(HERE, { httpAgent })).toStrictEqual({ proxy: false });
  });

  it('is left to an agent of the app that takes a proxy', () => {
    const httpAgent = withProxy(new http.Agent());

    expect(directRoute(HERE, { httpAgent })).toStrictEqual({ proxy: false });
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
    ['httpAgent', HERE, http.globalAgent],
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

    expect(directRoute(HERE, { httpAgent })).toStrictEqual({ proxy: false });
  });
});
