// What a peer adds to an API call: one call after the other, each followed or preceded by one over the same HTTP stack
// with a static header.
import { median } from '../support/statistics.mjs';

export default {
  title: 'overhead per API call',
  figures: [
    {
      key: 'floorUs',
      name: 'same stack, static header',
      unit: 'µs',
      digits: 0,
    },
    { key: 'addedUs', name: 'added', unit: 'µs', digits: 1 },
    { key: 'percent', name: 'added', unit: '%', digits: 1, atMost: 3 },
  ],

  async run({ peer, server, isQuick }) {
    const client = await peer.create(server, server.newCredentials());
    const floor = peer.createFloor(server);
    await callInPairs(isQuick ? 600 : 1_500, client, floor);
    const pairs = await callInPairs(isQuick ? 1_000 : 5_000, client, floor);
    await client.close();
    floor.close();
    const floorUs = median(pairs.floor);
    const addedUs = median(pairs.own) - floorUs;
    return { floorUs, addedUs, percent: (addedUs / floorUs) * 100 };
  },
};

/** How many microseconds each call took; who goes first changes from pair to pair. */
async function callInPairs(count, client, floor) {
  const own = [];
  const floors = [];
  for (let pair = 0; pair < count; pair += 1)
    if (pair % 2 === 0) {
      own.push(await callUs(client));
      floors.push(await callUs(floor));
    } else {
      floors.push(await callUs(floor));
      own.push(await callUs(client));
    }
  return { own, floor: floors };
}

async function callUs({ call }) {
  const startedAt = performance.now();
  await call();
  return (performance.now() - startedAt) * 1_000;
}
