/** Runs one after the other. */
export async function repeat(times, run) {
  const runs = [];
  for (let time = 0; time < times; time += 1) runs.push(await run());
  return runs;
}

/** The same at once: for runs that mostly wait. Each needs credentials of its own. */
export function repeatAtOnce(times, run) {
  return Promise.all(Array.from({ length: times }, run));
}
