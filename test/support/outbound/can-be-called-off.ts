import { describe, expect, it, vi } from 'vitest';

import { rejectionOf } from '../rejection.js';
import type { OutboundClient } from './outbound-client.js';
import { startOutbound, STATUS } from './start-outbound.js';

/** What becomes of a request that its caller gives up. */
export function itCanBeCalledOff(client: OutboundClient): void {
  describe('is called off', () => {
    it('while it waits for the token: it sends nothing, then or later', async () => {
      const { cloud, tokens, send } = await startOutbound(client);
      cloud.failNext({ kind: 'slow-headers', delayMs: 100 });
      const controller = new AbortController();
      const calling = rejectionOf(
        send({ url: `${cloud.url}/v4.0/cells`, signal: controller.signal }),
      );
      await vi.waitUntil(() => cloud.counters.tokenRequests === 1);

      controller.abort();

      expect(await calling).toSatisfy(client.isAbort);
      expect(tokens.peekToken()).toBeUndefined();
      await tokens.getToken();
      await send({ url: `${cloud.url}/v4.0/cells/status/check` });
      expect(cloud.apiCalls.map(({ path }) => path)).toStrictEqual([
        '/v4.0/cells/status/check',
      ]);
    });

    it('while an unauthorized token is replaced: it is not sent again', async () => {
      const { cloud, tokens, send } = await startOutbound(client);
      await tokens.getToken();
      cloud.revokeAll();
      cloud.failNext({ kind: 'hang' });
      const controller = new AbortController();
      const calling = rejectionOf(
        send({ url: `${cloud.url}${STATUS}`, signal: controller.signal }),
      );
      await vi.waitUntil(() => cloud.counters.tokenRequests === 2);

      controller.abort();

      expect(await calling).toSatisfy(client.isAbort);
      expect(cloud.apiCalls).toHaveLength(1);
    });

    it('while the API answers', async () => {
      const { cloud, send } = await startOutbound(client);
      cloud.failNext({ kind: 'hang' }, { path: 'api' });
      const controller = new AbortController();
      const calling = rejectionOf(
        send({ url: `${cloud.url}${STATUS}`, signal: controller.signal }),
      );
      await vi.waitUntil(() => cloud.apiCalls.length === 1);

      controller.abort();

      expect(await calling).toSatisfy(client.isAbort);
    });

    it('before it begins: no token is fetched', async () => {
      const { cloud, send } = await startOutbound(client);

      const error = await rejectionOf(
        send({ url: `${cloud.url}${STATUS}`, signal: AbortSignal.abort() }),
      );

      expect(error).toSatisfy(client.isAbort);
      expect(cloud.counters.tokenRequests).toBe(0);
    });

    it('by its own timeout', async () => {
      const { cloud, tokens, send } = await startOutbound(client);
      await tokens.getToken();
      cloud.failNext({ kind: 'hang' }, { path: 'api' });

      const error = await rejectionOf(
        send({ url: `${cloud.url}${STATUS}`, timeoutMs: 50 }),
      );

      expect(error).toSatisfy(client.isTimeout);
      expect(cloud.counters.tokenRequests).toBe(1);
    });
  });
}
