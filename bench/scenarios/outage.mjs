// The token endpoint answers 503 for 5 s, from the moment on when a refresh falls due; the token at hand stays valid.
import { setTimeout as delay } from 'node:timers/promises';

import { repeatAtOnce } from '../support/repeat.mjs';
import { every } from '../support/settle.mjs';
import { worst } from '../support/statistics.mjs';

const OUTAGE_MS = 5_000;
const AFTERMATH_MS = 1_000;
const INTERVAL_MS = 20;

export default {
  title: '5 s outage with a valid token',
  peersAtOnce: 4,
  figures: [
    { key: 'failed', name: 'failed calls', digits: 0, atMost: 0 },
    { key: 'requests', name: 'token requests', digits: 0, atMost: 3 },
  ],

  async run({ peer, server, isQuick }) {
    const { lifetimeSeconds, dueAfterMs, isNeverDue } =
      peer.refreshes.dueInOutage;
    await server.set({ lifetimeSeconds });
    const clients = await Promise.all(
      Array.from({ length: isQuick ? 1 : 5 }, () => warmClient(peer, server)),
    );
    await delay(dueAfterMs);
    await server.set({ isOut: true });
    const ending = delay(OUTAGE_MS).then(() => server.set({ isOut: false }));

    const runs = await repeatAtOnce(clients.length, async () => {
      const { client, clientId } = clients.pop();
      client.makeDue?.();
      const before = await server.countTokenRequests(clientId);
      const counting = delay(OUTAGE_MS).then(() =>
        server.countTokenRequests(clientId),
      );
      const { failed, unsettled } = await every(
        INTERVAL_MS,
        OUTAGE_MS + AFTERMATH_MS,
        () => client.call(),
        10_000,
      );
      await client.close();
      return {
        failed: failed + unsettled,
        requests: (await counting) - before,
      };
    });
    await ending;
    const figures = worst(runs);
    return isNeverDue
      ? {
          ...figures,
          note: 'It replaces a token only when that has expired or was refused: no refresh falls due while the token is valid, and the outage goes unnoticed.',
        }
      : figures;
  },
};

async function warmClient(peer, server) {
  const credentials = server.newCredentials();
  const client = await peer.create(server, credentials);
  await client.call();
  return { client, clientId: credentials.clientId };
}
