// Hot getToken: the token is there and fresh. In nanoseconds, against floors that take turns with the peer.
import { clockFloor, staticFloor } from '../support/floors.mjs';
import { median } from '../support/statistics.mjs';
import { awaited, inTurns, medianRatio, peeking } from '../support/turns.mjs';

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
