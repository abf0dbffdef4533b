// Batches of calls that take turns, so that what slows the machine down slows all of them.
import { median } from './statistics.mjs';

const BATCH_NS = 8e6;

/** A batch of awaited calls of `getToken`, compiled for its subject alone. */
export async function awaited(name, subject) {
  const { awaitedNs } = await import(`./batch.mjs?awaited-${name}`);
  return calibrated((calls) => awaitedNs(subject, calls));
}

/** The same, measured by processor time. */
export async function awaitedByProcessor(name, subject) {
  const { awaitedProcessorNs } = await import(
    `./batch.mjs?awaited-by-processor-${name}`
  );
  return calibrated((calls) => awaitedProcessorNs(subject, calls));
}

/** A batch of calls of `peekToken`, likewise. */
export async function peeking(name, subject) {
  const { peekedNs } = await import(`./batch.mjs?peeked-${name}`);
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
export async function inTurns(rounds, batches) {
  const samples = batches.map(() => []);
  for (let round = 0; round < rounds; round += 1)
    for (let turn = 0; turn < batches.length; turn += 1) {
      const index = (round + turn) % batches.length;
      samples[index].push(await batches[index]());
    }
  return samples;
}

/** The median of what each round says: how many times a floor something takes. */
export function medianRatio(samples, floors) {
  return median(samples.map((sample, index) => sample / floors[index]));
}

/** The same: how much more than a floor. */
export function medianDifference(samples, floors) {
  return median(samples.map((sample, index) => sample - floors[index]));
}
