import type { Outcome } from './replica.js';

/** What came of the calls of all replicas. */
export function together(outcomes: readonly Outcome[]) {
  return {
    failed: outcomes.reduce((sum, { failed }) => sum + failed, 0),
    codes: [...new Set(outcomes.flatMap(({ codes }) => codes))],
    values: [...new Set(outcomes.flatMap(({ values }) => values))],
    slowestMs: Math.max(...outcomes.map(({ slowestMs }) => slowestMs)),
  };
}
