import { medians } from './statistics.mjs';

/** Runs one after the other, and the median of each figure. */
export async function repeat(times, run) {
  const runs = [];
  for (let time = 0; time < times; time += 1) runs.push(await run());
  return medians(runs);
}

/** The same at once: for runs that mostly wait. Each needs credentials of its own. */
export async function repeatAtOnce(times, run) {
  return medians(await Promise.all(Array.from({ length: times }, run)));
}
