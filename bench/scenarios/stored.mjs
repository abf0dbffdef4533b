// Hot getToken with a store, against an app without, in one process and in turns. The app without takes two turns in each round: how
// far these are apart is what the machine adds.
import { median, quantile } from '../support/statistics.mjs';
import { awaited, inTurns, medianRatio } from '../support/turns.mjs';

export default {
  title: 'hot getToken with a store',
  figures: [
    { key: 'plainNs', name: 'without', unit: 'ns', digits: 0 },
    { key: 'againRatio', name: '… once more, of itself', unit: '×', digits: 3 },
    {
      key: 'scatter',
      name: '… half of the rounds are within ±',
      unit: '%',
      digits: 1,
    },
    {
      key: 'storedRatio',
      name: 'with a store, of that',
      unit: '×',
      digits: 3,
      atMost: 1.02,
    },
  ],

  async run({ peer, server, isQuick }) {
    if (peer.createStored === undefined) return { cannot: 'It has no store.' };
    const { plain, stored, close } = await peer.createStored(server);
    const [own, again, withStore] = await inTurns(isQuick ? 21 : 121, [
      await awaited('plain', plain),
      await awaited('again', plain),
      await awaited('stored', stored),
    ]);
    await close();
    const ratios = again.map((ns, round) => ns / own[round]);
    return {
      plainNs: median(own),
      againRatio: medianRatio(again, own),
      scatter: (quantile(ratios, 0.75) - quantile(ratios, 0.25)) * 50,
      storedRatio: medianRatio(withStore, own),
    };
  },
};
