// Hot getToken: the token is there and fresh. In nanoseconds, against floors that take turns with the peer.
import { clockFloor, staticFloor } from '../support/floors.mjs';
import { median } from '../support/statistics.mjs';

const BATCH_NS = 8e6;

export default {
  title: 'hot getToken',
  figures: [
    { key: 'getTokenNs', name: 'getToken, awaited', unit: 'ns', digits: 0 },
    {
      key: 'overFloor',
      name: '… of the static floor',
      unit: '×',
      digits: 2,
      atMost: 1.15,
    },
    {
      key: 'overClockFloor',
      name: '… of the floor with two clock reads',
      unit: '×',
      digits: 2,
    },
    { key: 'peekNs', name: 'peekToken', unit: 'ns', digits: 0, atMost: 100 },
    {
      key: 'peekClocksNs',
      name: '… two clock reads alone',
      unit: 'ns',
      digits: 0,
    },
  ],

  async run({ peer, server, isQuick }) {
    const rounds = isQuick ? 11 : 61;
    const client = await peer.create(server, server.newCredentials());
    if (client.getToken === undefined) return { cannot: 'It has no getToken.' };
    await client.getToken();
    const subject = client.tokens ?? client;

    const [own, floor, clocks] = await inTurns(rounds, [
      await awaited('own', subject),
      await awaited('floor', staticFloor),
      await awaited('clocks', clockFloor),
    ]);
    const figures = {
      getTokenNs: median(own),
      overFloor: medianRatio(own, floor),
      overClockFloor: medianRatio(own, clocks),
    };
    if (subject.peekToken !== undefined) {
      const [peeked, clockReads] = await inTurns(rounds, [
        await peeking('own', subject),
        await peeking('clocks', clockFloor),
      ]);
      figures.peekNs = median(peeked);
      figures.peekClocksNs = median(clockReads);
    }
    await client.close();
    return figures;
  },
};

async function awaited(name, subject) {
  const { awaitedNs } = await import(`../support/batch.mjs?awaited-${name}`);
  return calibrated((calls) => awaitedNs(subject, calls));
}

async function peeking(name, subject) {
  const { peekedNs } = await import(`../support/batch.mjs?peeked-${name}`);
  return calibrated((calls) => peekedNs(subject, calls));
}

/** Warms a batch up and gives it as many calls as take a few milliseconds. */
async function calibrated(batch) {
  let calls = 100;
  let ns = await batch(calls);
  for (let round = 0; round < 5; round += 1) {
    calls = Math.max(100, Math.ceil(BATCH_NS / ns));
    ns = await batch(calls);
  }
  return () => batch(calls);
}

/** Runs batches in turns, round after round, each round in another order. */
async function inTurns(rounds, batches) {
  const samples = batches.map(() => []);
  for (let round = 0; round < rounds; round += 1)
    for (let turn = 0; turn < batches.length; turn += 1) {
      const index = (round + turn) % batches.length;
      samples[index].push(await batches[index]());
    }
  return samples;
}

function medianRatio(samples, floors) {
  return median(samples.map((sample, index) => sample / floors[index]));
}
