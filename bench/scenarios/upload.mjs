// What a peer adds to a streamed upload: one after the other, each followed or preceded by one over the same HTTP stack
// with a static header. By processor time of this process: that of the server is another's.
import { Readable } from 'node:stream';

import { median } from '../support/statistics.mjs';

const CHUNK = Buffer.alloc(64 * 1024, 'a workbook ');
const CHUNKS = 512;

export default {
  title: 'overhead per streamed upload of 32 MiB',
  figures: [
    {
      key: 'floorMs',
      name: 'same stack, static header, processor time',
      unit: 'ms',
      digits: 1,
    },
    { key: 'percent', name: 'added', unit: '%', digits: 1 },
  ],

  async run({ peer, server, isQuick }) {
    const client = await peer.create(server, server.newCredentials());
    const floor = peer.createFloor(server);
    if (client.upload === undefined)
      return { cannot: 'Its calls are measured, not its uploads.' };
    await uploadInPairs(4, client, floor);
    const pairs = await uploadInPairs(isQuick ? 20 : 60, client, floor);
    await client.close();
    floor.close();
    return {
      floorMs: median(pairs.map(({ floorMs }) => floorMs)),
      percent:
        median(pairs.map(({ ownMs, floorMs }) => ownMs / floorMs)) * 100 - 100,
    };
  },
};

async function uploadInPairs(count, client, floor) {
  const pairs = [];
  for (let pair = 0; pair < count; pair += 1) {
    const isOwnFirst = pair % 2 === 0;
    const first = await uploadMs(isOwnFirst ? client : floor);
    const second = await uploadMs(isOwnFirst ? floor : client);
    pairs.push(
      isOwnFirst
        ? { ownMs: first, floorMs: second }
        : { ownMs: second, floorMs: first },
    );
  }
  return pairs;
}

async function uploadMs({ upload }) {
  const { user: startUser, system: startSystem } = process.cpuUsage();
  await upload(workbook());
  const { user, system } = process.cpuUsage();
  return (user + system - startUser - startSystem) / 1_000;
}

function workbook() {
  let left = CHUNKS;
  return new Readable({
    highWaterMark: CHUNK.length,
    read() {
      this.push(left-- > 0 ? CHUNK : null);
    },
  });
}
