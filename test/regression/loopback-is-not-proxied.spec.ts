import { request as httpRequest } from 'node:http';

import { describe, expect, it } from 'vitest';

import { startCloud } from '../support/cloud.js';
import { startSite } from '../support/loopback-site.js';
import { runProgram } from '../support/run-program.js';

/** A forward proxy that reaches this machine alone, whatever it is asked for. */
const startProxy = () =>
  startSite((request, response) => {
    const { method = '', url = '', headers } = request;
    const onward = httpRequest(url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });

/** Node 24 then has its own agents and `fetch` take the proxy as well; others know nothing of it. */
const BY_NODE = {
  NODE_USE_ENV_PROXY: '1',
  // Node 22 warns that this is experimental there.
  NODE_OPTIONS: '--disable-warning=UNDICI-EHPA',
};

/** The lowest axios leaves what Node does to Node. */
const LOWEST = { ADAPTER: 'lowest' };

describe('A service on this machine', () => {
  it.each([
    ['127.0.0.1', 'HTTP_PROXY', {}],
    ['127.0.0.1', 'http_proxy', {}],
    ['127.0.0.1', 'ALL_PROXY', {}],
    ['127.0.0.1', 'HTTP_PROXY', BY_NODE],
    ['127.0.0.1', 'HTTP_PROXY', LOWEST],
    ['127.0.0.1', 'HTTP_PROXY', { ...BY_NODE, ...LOWEST }],
    ['localhost', 'HTTP_PROXY', {}],
  ])(
    'that is called at %s is not called through the proxy that %s names: %j',
    async (host, variable, settings) => {
      const [cloud, proxy] = [await startCloud(), await startProxy()];

      const end = await runProgram('loopback-behind-a-proxy.cjs', {
        ...settings,
        [variable]: proxy.url,
        BASE_URL: cloud.url.replace('127.0.0.1', host),
        CLIENT_ID: cloud.clientId,
        CLIENT_SECRET: cloud.clientSecret,
      });

      expect(end).toMatchObject({ code: 0, stderr: '' });
      expect(cloud.counters).toMatchObject({
        tokenRequests: 1,
        callsWithValidToken: 2,
        callsWithoutToken: 1,
      });
      expect(proxy.requests).toStrictEqual([]);
    },
  );

  it.each([{}, BY_NODE, { ...BY_NODE, ...LOWEST }])(
    'is called through a proxy that the app gives: %j',
    async (settings) => {
      const [cloud, proxy, unused] = [
        await startCloud(),
        await startProxy(),
        await startProxy(),
      ];

      const end = await runProgram('loopback-behind-a-proxy.cjs', {
        ...settings,
        NO_PROXY: '127.0.0.1',
        HTTP_PROXY: unused.url,
        BASE_URL: cloud.url,
        CLIENT_ID: cloud.clientId,
        CLIENT_SECRET: cloud.clientSecret,
        PROXY_PORT: String(proxy.port),
      });

      expect(end).toMatchObject({ code: 0, stderr: '' });
      expect(proxy.requests).toHaveLength(4);
      expect(unused.requests).toStrictEqual([]);
    },
  );
});
