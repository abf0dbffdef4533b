// 1,000 API calls at once on a client that has no token yet.
import { repeat } from '../support/repeat.mjs';
import { atOnce } from '../support/settle.mjs';
import { worst } from '../support/statistics.mjs';

const CALLS = 1_000;
const TOKEN_DELAY_MS = 50;

export default {
  title: `${CALLS.toLocaleString('en')} cold concurrent calls`,
  peersAtOnce: 2,
  figures: [
    { key: 'requests', name: 'token requests', digits: 0, atMost: 1 },
    { key: 'failed', name: 'failed calls', digits: 0, atMost: 0 },
  ],

  async run({ peer, server, isQuick }) {
    const runs = await repeat(isQuick ? 1 : 3, async () => {
      await server.reset();
      await server.set({ tokenDelayMs: TOKEN_DELAY_MS });
      const client = await peer.create(server, server.newCredentials());
      const { failed, unsettled } = await atOnce(
        CALLS,
        () => client.call(),
        20_000,
      );
      const requests = await server.countTokenRequests();
      await client.close();
      return { requests, failed: failed + unsettled };
    });
    return worst(runs);
  },
};
