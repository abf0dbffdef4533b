import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import { echoUploads } from '../echo-route.js';
import type { OutboundClient } from './outbound-client.js';
import { startOutbound, STATUS } from './start-outbound.js';

/** What becomes of a 401. */
export function itReplacesAnUnauthorizedToken(client: OutboundClient): void {
  describe('when the token is unauthorized', () => {
    /** An emulator that has revoked the token the client has. */
    async function startRevoked() {
      const started = await startOutbound(client);
      await started.tokens.getToken();
      started.cloud.revokeAll();
      const uploads = echoUploads(started.cloud);
      return { ...started, uploads, url: `${started.cloud.url}/upload` };
    }

    it('makes the call again with another, and answers with the second answer', async () => {
      const { cloud, send } = await startRevoked();

      const answer = await send({ url: `${cloud.url}${STATUS}` });

      expect(answer).toStrictEqual({ status: 200, body: '"OK"' });
      expect(cloud.apiCalls.map(({ token }) => token)).toStrictEqual([
        'invalid',
        'valid',
      ]);
      expect(cloud.counters.tokenRequests).toBe(2);
    });

    it('sends the same text again', async () => {
      const { uploads, send, url } = await startRevoked();

      const { status } = await send({
        url,
        method: 'PUT',
        body: 'a workbook',
      });

      expect(status).toBe(200);
      expect(uploads).toMatchObject([
        { status: 401, body: 'a workbook' },
        { status: 200, body: 'a workbook' },
      ]);
    });

    it('sends what aspose.body makes anew for each attempt', async () => {
      const { uploads, send, url } = await startRevoked();
      let made = 0;

      const { status } = await send({
        url,
        method: 'PUT',
        aspose: { body: () => Readable.from([`workbook ${++made}`]) },
      });

      expect(status).toBe(200);
      expect(uploads).toMatchObject([
        { status: 401, body: 'workbook 1' },
        { status: 200, body: 'workbook 2' },
      ]);
    });

    it('ends an upload that was answered 401 before it was through', async () => {
      const { cloud, send } = await startRevoked();
      const made: Readable[] = [];
      cloud.route('PUT', '/upload', async (request, response) => {
        response.end(await text(request));
      });

      const answer = await send({
        url: `${cloud.url}/upload`,
        method: 'PUT',
        aspose: {
          body: () => {
            const endless = new Readable({ read: () => {} });
            endless.push('x'.repeat(1024));
            const body =
              made.length === 0 ? endless : Readable.from(['a workbook']);
            made.push(body);
            return body;
          },
        },
      });

      expect(answer).toStrictEqual({ status: 200, body: 'a workbook' });
      expect(made.map(({ destroyed }) => destroyed)).toStrictEqual([
        true,
        true,
      ]);
    });

    it('passes the 401 of a stream on, and gives the token up', async () => {
      const { cloud, uploads, send, url } = await startRevoked();

      const { status } = await send({
        url,
        method: 'PUT',
        body: Readable.from(['a workbook']),
      });
      const next = await send({ url: `${cloud.url}${STATUS}` });

      expect(status).toBe(401);
      expect(uploads).toHaveLength(1);
      expect(next.status).toBe(200);
      expect(cloud.counters).toMatchObject({
        tokenRequests: 2,
        callsWithInvalidToken: 1,
        callsWithValidToken: 1,
      });
    });

    it('passes the 401 on with retryUnauthorized: false, and gives the token up', async () => {
      const { cloud, send } = await startRevoked();
      const url = `${cloud.url}${STATUS}`;

      const first = await send({ url, aspose: { retryUnauthorized: false } });
      const second = await send({ url });

      expect([first.status, second.status]).toStrictEqual([401, 200]);
      expect(cloud.counters).toMatchObject({
        tokenRequests: 2,
        callsWithInvalidToken: 1,
      });
    });

    it('passes its 401 on when no other token can be had', async () => {
      const { cloud, send } = await startRevoked();
      cloud.failNext({ kind: 'refuse' });
      cloud.failNext(
        { kind: 'unauthorized', body: 'the original' },
        { path: 'api' },
      );

      const answer = await send({ url: `${cloud.url}${STATUS}` });

      expect(answer).toStrictEqual({ status: 401, body: 'the original' });
      expect(cloud.apiCalls).toHaveLength(1);
    });

    it('makes a call three times at most, never twice with the same token', async () => {
      const { cloud, tokens, send } = await startOutbound(client);
      const sent: unknown[] = [];
      cloud.route(
        'GET',
        '/unauthorized',
        async (request, response) => {
          sent.push(request.headers.authorization);
          // Another caller has the token replaced meanwhile.
          await tokens.getToken({
            unauthorized: {
              token: await tokens.getToken(),
              origin: `http://another-${sent.length}`,
            },
          });
          response.writeHead(401).end();
        },
        { public: true },
      );

      const { status } = await send({ url: `${cloud.url}/unauthorized` });

      expect(status).toBe(401);
      expect(sent).toHaveLength(3);
      expect(new Set(sent).size).toBe(3);
    });

    it('passes 401s on for a while where another token did not help', async () => {
      const { cloud, send } = await startOutbound(client);
      cloud.failNext(
        { kind: 'unauthorized', body: 'never' },
        { path: 'api', times: Infinity },
      );
      const url = `${cloud.url}${STATUS}`;

      const answers = [await send({ url }), await send({ url })];

      expect(answers).toStrictEqual([
        { status: 401, body: 'never' },
        { status: 401, body: 'never' },
      ]);
      expect(cloud.apiCalls).toHaveLength(3);
      expect(cloud.counters.tokenRequests).toBe(2);
    });

    it.each([
      ['403', { kind: 'answer', status: 403 }],
      [
        '401 for want of a scope',
        {
          kind: 'answer',
          status: 401,
          headers: { 'WWW-Authenticate': 'Bearer error="insufficient_scope"' },
        },
      ],
    ] as const)('does not treat %s as a 401', async (_, fault) => {
      const { cloud, send } = await startOutbound(client);
      cloud.failNext(fault, { path: 'api' });

      await send({ url: `${cloud.url}${STATUS}` });

      expect(cloud.apiCalls).toHaveLength(1);
      expect(cloud.counters.tokenRequests).toBe(1);
    });
  });
}
