/** How long to pause after a transient failure. */
export interface BackOffSettings {
  /** The bound of the first pause, in milliseconds. It doubles from failure to failure. */
  readonly baseDelayMs: number;
  /** The bound of the longest pause, in milliseconds. */
  readonly maxDelayMs: number;
}

const MIN_PAUSE_MS = 500;

/** Enough to part clients that failed at once. More would ask an endpoint that is down more often. */
const DRAWN_FRACTION = 0.25;

/**
 * Draws the pause after one more transient failure: from the last quarter of its bound, and at least 500 ms.
 *
 * @param failures - how many transient failures there were in a row before this one.
 * @param draw - uniform in [0, 1).
 */
export function drawPauseMs(
  { baseDelayMs, maxDelayMs }: BackOffSettings,
  failures: number,
  draw: number,
): number {
  const boundMs = Math.min(maxDelayMs, baseDelayMs * 2 ** failures);
  return Math.max(MIN_PAUSE_MS, boundMs * (1 - DRAWN_FRACTION * (1 - draw)));
}
