// The credentials are refused: 100 calls at once, then a call every 50 ms for 3 s.
import { repeatAtOnce } from '../support/repeat.mjs';
import { atOnce, every } from '../support/settle.mjs';
import { worst } from '../support/statistics.mjs';

const BURST = 100;
const LOOP_MS = 3_000;
const INTERVAL_MS = 50;

export default {
  title: 'refused credentials',
  peersAtOnce: 3,
  figures: [
    {
      key: 'burst',
      name: `token requests of ${BURST} calls at once`,
      digits: 0,
      atMost: 1,
    },
    {
      key: 'loop',
      name: 'token requests of the 3 s that follow',
      digits: 0,
      atMost: 0,
    },
    {
      key: 'unsettled',
      name: 'calls without an answer after 5 s',
      digits: 0,
      atMost: 0,
    },
  ],

  async run({ peer, server, isQuick }) {
    await server.set({ isRefusing: true });
    const runs = await repeatAtOnce(isQuick ? 1 : 3, async () => {
      const credentials = server.newCredentials();
      const client = await peer.create(server, credentials);
      const first = await atOnce(BURST, () => client.call());
      const burst = await server.countTokenRequests(credentials.clientId);
      const after = await every(INTERVAL_MS, LOOP_MS, () => client.call());
      const all = await server.countTokenRequests(credentials.clientId);
      await client.close();
      return {
        burst,
        loop: all - burst,
        unsettled: first.unsettled + after.unsettled,
      };
    });
    return worst(runs);
  },
};
