/**
 * How many times as fast the clocks run where minutes count: that of the replicas, of the token endpoint, and of what they
 * store. How long Redis may take to answer stays as it is.
 */
export const FACTOR = 60;

/** How long it really takes. */
export function real(ms: number): number {
  return ms / FACTOR;
}

/** A quarter of a second for an answer, and two for a token: longer than by default, as the machine may be busy. */
export const SCALED_TIMEOUTS = { attemptMs: 15_000, flightMs: 120_000 };
