import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/index.js';
import type { AsposeCloudEmulator } from '../../../lib/testing/index.js';
import { startCloud } from '../cloud.js';
import { nestApp } from '../nest-app.js';
import { resolveNamesToLoopback } from '../loopback-names.js';
import { startSite } from '../loopback-site.js';
import type { OutboundClient } from './outbound-client.js';
import { startOutbound, STATUS } from './start-outbound.js';

/** Who never gets to see the token. */
export function itKeepsTheTokenFromOthers(client: OutboundClient): void {
  describe('keeps the token from others:', () => {
    it(`a request to a foreign origin is ${client.foreignOrigin}`, async () => {
      const { cloud, send } = await startOutbound(client);
      const site = await startSite();

      const outcome = await send({ url: site.url }).catch((e: unknown) => e);

      expect(outcome).toMatchObject(
        client.foreignOrigin === 'forbidden'
          ? { code: AsposeAuthErrorCode.FOREIGN_ORIGIN, origin: site.url }
          : { status: 200, body: 'hello' },
      );
      expect(
        site.requests.map(({ headers }) => headers.authorization),
      ).toStrictEqual(client.foreignOrigin === 'forbidden' ? [] : [undefined]);
      expect(cloud.counters.tokenRequests).toBe(0);
    });

    it.each([302, 307])(
      'a redirect by %i to a foreign origin loses it',
      async (status) => {
        const { cloud, send } = await startOutbound(client);
        const site = await startSite();
        redirect(cloud, '/moved', `${site.url}/landing`, status);

        const answer = await send({ url: `${cloud.url}/moved` });

        expect(answer).toStrictEqual({ status: 200, body: 'hello' });
        expect(
          site.requests.map(({ headers }) => headers.authorization),
        ).toStrictEqual([undefined]);
      },
    );

    it('a redirect to a subdomain loses it', async () => {
      resolveNamesToLoopback();
      const cloud = await startCloud();
      const { port } = new URL(cloud.url);
      const app = await nestApp()
        .overCloud(cloud)
        .with({ baseUrl: `http://localhost:${port}` })
        .start();
      const send = await client.connect(app);
      redirect(cloud, '/moved', `http://sub.localhost:${port}${STATUS}`);

      const { status } = await send({
        url: `http://localhost:${port}/moved`,
      });

      expect(status).toBe(401);
      expect(
        cloud.apiCalls.map(({ headers: { host }, token }) => [host, token]),
      ).toStrictEqual([
        [`localhost:${port}`, 'valid'],
        [`sub.localhost:${port}`, 'none'],
      ]);
      expect(cloud.counters.tokenRequests).toBe(1);
    });

    it.each([302, 307])(
      'a redirect by %i to the same origin keeps it',
      async (status) => {
        const { cloud, send } = await startOutbound(client);
        redirect(cloud, '/moved', STATUS, status);

        const answer = await send({ url: `${cloud.url}/moved` });

        expect(answer).toStrictEqual({ status: 200, body: '"OK"' });
        expect(cloud.counters.callsWithValidToken).toBe(2);
      },
    );

    it('a 401 beyond a redirect to a foreign origin is not about it', async () => {
      const { cloud, tokens, send } = await startOutbound(client);
      const site = await startSite((_, response) => {
        response.writeHead(401).end('who are you?');
      });
      redirect(cloud, '/moved', site.url);
      const { value } = await tokens.getToken();

      const answer = await send({ url: `${cloud.url}/moved` });

      expect(answer).toStrictEqual({ status: 401, body: 'who are you?' });
      expect(site.requests).toHaveLength(1);
      expect((await tokens.getToken()).value).toBe(value);
      expect(cloud.counters.tokenRequests).toBe(1);
    });
  });
}

/** Answers a path with a redirect. */
function redirect(
  cloud: AsposeCloudEmulator,
  path: string,
  location: string,
  status = 302,
): void {
  cloud.route('GET', path, (_, response) => {
    response.writeHead(status, { Location: location }).end();
  });
}
