// Hot getToken of an app that has something, against an app without, in one process and in turns. The app without takes two
// turns in each round: how far these are apart is what the machine adds.
import { median, scatter } from './statistics.mjs';
import { awaited, inTurns, medianRatio } from './turns.mjs';

/**
 * A scenario.
 *
 * @param what - what the one app has and the other has not.
 * @param create - makes both of a peer: `{ plain, other, close }`.
 * @param cannot - why a peer has none.
 */
export function hotBeside({ what, create, cannot }) {
  return {
    title: `hot getToken with ${what}`,
    figures: [
      { key: 'plainNs', name: 'without', unit: 'ns', digits: 0 },
      {
        key: 'againRatio',
        name: '… once more, of itself',
        unit: '×',
        digits: 3,
      },
      {
        key: 'scatter',
        name: '… half of the rounds are within ±',
        unit: '%',
        digits: 1,
      },
      {
        key: 'otherRatio',
        name: `with ${what}, of that`,
        unit: '×',
        digits: 3,
        atMost: 1.02,
      },
    ],

    async run({ peer, server, isQuick }) {
      if (peer[create] === undefined) return { cannot };
      const { plain, other, close } = await peer[create](server);
      const [own, again, withIt] = await inTurns(isQuick ? 21 : 121, [
        await awaited('plain', plain),
        await awaited('again', plain),
        await awaited('other', other),
      ]);
      await close();
      const ratios = again.map((ns, round) => ns / own[round]);
      return {
        plainNs: median(own),
        againRatio: medianRatio(again, own),
        scatter: scatter(ratios),
        otherRatio: medianRatio(withIt, own),
      };
    },
  };
}
