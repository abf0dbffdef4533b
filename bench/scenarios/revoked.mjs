// The token is revoked while 500 callers use it.
import { repeat } from '../support/repeat.mjs';
import { atOnce } from '../support/settle.mjs';
import { worst } from '../support/statistics.mjs';

const CALLERS = 500;
const SPREAD_MS = 400;

export default {
  title: `revoked token, ${CALLERS} callers`,
  peersAtOnce: 2,
  figures: [
    { key: 'requests', name: 'token requests', digits: 0, atMost: 1 },
    { key: 'failed', name: 'failed calls', digits: 0, atMost: 0 },
    {
      key: 'spreadRequests',
      name: `token requests, answers spread over ${SPREAD_MS} ms`,
      digits: 0,
      atMost: 1,
    },
    {
      key: 'spreadFailed',
      name: `failed calls, answers spread over ${SPREAD_MS} ms`,
      digits: 0,
      atMost: 0,
    },
  ],

  async run({ peer, server, isQuick }) {
    const runs = await repeat(isQuick ? 1 : 3, async () => {
      const atOnceTally = await revoke(peer, server, 0);
      const spreadTally = await revoke(peer, server, SPREAD_MS);
      return {
        ...atOnceTally,
        spreadRequests: spreadTally.requests,
        spreadFailed: spreadTally.failed,
      };
    });
    return worst(runs);
  },
};

async function revoke(peer, server, apiSpreadMs) {
  await server.reset();
  const client = await peer.create(server, server.newCredentials());
  await client.call();
  await server.set({ apiSpreadMs });
  await server.revoke();
  const before = await server.countTokenRequests();
  const { failed, unsettled } = await atOnce(
    CALLERS,
    () => client.call(),
    15_000,
  );
  const requests = (await server.countTokenRequests()) - before;
  await client.close();
  return { requests, failed: failed + unsettled };
}
