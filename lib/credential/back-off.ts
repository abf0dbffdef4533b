/** How long to pause after a transient failure. */
export interface RetrySettings {
  /**
   * How many token requests are made at most for a call that waits while there is no valid token.
   *
   * @default 3
   */
  readonly attempts: number;
  /**
   * How long the first pause may be, in milliseconds. This bound doubles with each failure. A pause is drawn from the last
   * quarter of its bound, and is at least 500 ms.
   *
   * @default 1000
   */
  readonly baseDelayMs: number;
  /**
   * How long any pause may be, in milliseconds.
   *
   * @default 30000
   */
  readonly maxDelayMs: number;
}

/** The defaults of {@link RetrySettings}. */
export const DEFAULT_RETRY: RetrySettings = {
  attempts: 3,
  baseDelayMs: 1_000,
  maxDelayMs: 30_000,
};

const MIN_PAUSE_MS = 500;

/** Enough to part clients that failed at once. More would ask an endpoint that is down more often. */
const DRAWN_FRACTION = 0.25;

/**
 * Draws the pause after one more transient failure.
 *
 * @param failures - how many transient failures there were in a row before this one.
 * @param draw - uniform in [0, 1).
 */
export function drawPauseMs(
  { baseDelayMs, maxDelayMs }: Omit<RetrySettings, 'attempts'>,
  failures: number,
  draw: number,
): number {
  const boundMs = Math.min(maxDelayMs, baseDelayMs * 2 ** failures);
  return Math.max(MIN_PAUSE_MS, boundMs * (1 - DRAWN_FRACTION * (1 - draw)));
}
