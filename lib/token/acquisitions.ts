import type { ExplainedAcquisitions } from './token-explanation.js';

/** Adds up how many tokens several sources have handed out. */
export function sumOf(
  counts: Iterable<ExplainedAcquisitions>,
): ExplainedAcquisitions {
  const sum = { memory: 0, store: 0, endpoint: 0 };
  for (const { memory, store, endpoint } of counts) {
    sum.memory += memory;
    sum.store += store;
    sum.endpoint += endpoint;
  }
  return sum;
}
