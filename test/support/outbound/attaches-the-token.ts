import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/index.js';
import type { AsposeCloudEmulator } from '../../../lib/testing/index.js';
import { startCloud } from '../cloud.js';
import { nestApp } from '../nest-app.js';
import { rejectionOf } from '../rejection.js';
import type { OutboundClient, OutboundRequest } from './outbound-client.js';
import { startOutbound, STATUS } from './start-outbound.js';

/** Which requests get the token. */
export function itAttachesTheToken(client: OutboundClient): void {
  describe('attaches the token', () => {
    it('to each request, of which the first alone has it fetched', async () => {
      const { cloud, tokens, send } = await startOutbound(client);
      const url = `${cloud.url}${STATUS}`;

      const answers = [await send({ url }), await send({ url })];

      expect(answers).toStrictEqual([
        { status: 200, body: '"OK"' },
        { status: 200, body: '"OK"' },
      ]);
      const { value } = await tokens.getToken();
      expect(authorizationsOf(cloud)).toStrictEqual([
        `Bearer ${value}`,
        `Bearer ${value}`,
      ]);
      expect(cloud.counters.tokenRequests).toBe(1);
    });

    it.each<[string, Partial<OutboundRequest>]>([
      ['an Authorization of its own', { headers: { authorization: 'own' } }],
      ['aspose.attach: false', { aspose: { attach: false } }],
    ])('not to a request with %s, whose 401 comes back', async (_, config) => {
      const { cloud, send } = await startOutbound(client);

      const { status } = await send({
        url: `${cloud.url}${STATUS}`,
        ...config,
      });

      expect(status).toBe(401);
      expect(authorizationsOf(cloud)).toStrictEqual([
        config.headers?.['authorization'],
      ]);
      expect(cloud.counters.tokenRequests).toBe(0);
    });

    it("not with auth: 'none'", async () => {
      const cloud = await startCloud();
      const app = await nestApp()
        .with({ auth: 'none', baseUrl: cloud.url })
        .start();
      const send = await client.connect(app);

      const { status } = await send({ url: `${cloud.url}${STATUS}` });

      expect(status).toBe(401);
      expect(authorizationsOf(cloud)).toStrictEqual([undefined]);
    });

    it('not when it was printed into the header: that fails with advice, unsent', async () => {
      const { cloud, tokens, send } = await startOutbound(client);
      const token = await tokens.getToken();

      const error = await rejectionOf(
        send({
          url: `${cloud.url}${STATUS}`,
          headers: { authorization: `Bearer ${token.toString()}` },
        }),
      );

      expect(error).toMatchObject({
        code: AsposeAuthErrorCode.REDACTED_AUTHORIZATION,
        message: expect.stringContaining('Write token.value'),
      });
      expect(cloud.apiCalls).toStrictEqual([]);
    });

    it('or fails with the failure of the token request, and sends nothing', async () => {
      const { cloud, send } = await startOutbound(client);
      cloud.failNext({ kind: 'refuse' });

      const error = await rejectionOf(send({ url: `${cloud.url}${STATUS}` }));

      expect(error).toMatchObject({
        code: AsposeAuthErrorCode.CREDENTIALS_REFUSED,
        message: expect.stringContaining('400'),
      });
      expect(cloud.apiCalls).toStrictEqual([]);
    });
  });
}

function authorizationsOf({ apiCalls }: AsposeCloudEmulator) {
  return apiCalls.map(({ headers }) => headers.authorization);
}
