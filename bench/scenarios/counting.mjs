// Hot getToken where nobody listens, against the same without the counter that telemetry reads. All are copies of one build. Each
// repeat loads them anew: where the engine puts code and objects makes more of a difference than what is looked for.
import { median, scatter } from '../support/statistics.mjs';
import { awaitedByProcessor, inTurns, medianRatio } from '../support/turns.mjs';

export default {
  title: 'hot getToken without subscribers',
  figures: [
    { key: 'ns', name: 'without the counter', unit: 'ns', digits: 0 },
    {
      key: 'againRatio',
      name: '… another copy of itself',
      unit: '×',
      digits: 3,
    },
    {
      key: 'scatter',
      name: '… half of the copies are within ±',
      unit: '%',
      digits: 1,
    },
    {
      key: 'countedRatio',
      name: 'with the counter, of that',
      unit: '×',
      digits: 3,
      atMost: 1.01,
    },
  ],

  async run({ peer, server, isQuick }) {
    if (peer.createCopy === undefined) return { cannot: 'It counts nothing.' };
    const repeats = [];
    for (let repeat = 0; repeat < (isQuick ? 6 : 15); repeat += 1) {
      const samples = await measured(peer, server, repeat);
      repeats.push({
        ns: median(samples.plain),
        again: medianRatio(samples.again, samples.plain),
        counted: medianRatio(samples.counted, samples.plain),
      });
    }
    const again = repeats.map((repeat) => repeat.again);
    return {
      ns: median(repeats.map(({ ns }) => ns)),
      againRatio: median(again),
      scatter: scatter(again),
      countedRatio: median(repeats.map(({ counted }) => counted)),
    };
  },
};

const SUBJECTS = ['plain', 'again', 'counted'];

/** Who is made first is a little faster: that, too, changes from repeat to repeat. */
async function measured(peer, server, repeat) {
  const names = SUBJECTS.map(
    (_, turn) => SUBJECTS[(turn + repeat) % SUBJECTS.length],
  );
  const apps = [];
  const batches = [];
  for (const name of names) {
    const app = await peer.createCopy(server, { counts: name === 'counted' });
    apps.push(app);
    batches.push(await awaitedByProcessor(`${name}-${repeat}`, app.tokens));
  }
  const samples = await inTurns(13, batches);
  for (const app of apps) await app.close();
  return Object.fromEntries(names.map((name, turn) => [name, samples[turn]]));
}
