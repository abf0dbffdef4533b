import { abortable } from './abortable.js';
import type { ScheduledCall, TokenClock } from './token-clock.js';

/** How long some work may take. */
export interface Deadline {
  readonly clock: TokenClock;
  readonly limitMs: number;
  /** Makes the error that the work's signal aborts with. */
  readonly overdue: () => Error;
  /** Aborts the work earlier. Without it, the deadline keeps the process alive. */
  readonly signal?: AbortSignal | undefined;
}

/** Gives work a signal that aborts at its deadline, until the work has settled. */
export async function withDeadline<T>(
  { clock, limitMs, overdue, signal }: Deadline,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const timer = clock.schedule(limitMs, () => controller.abort(overdue()));
  if (signal === undefined) timer.ref();
  const signals = [controller.signal, ...(signal ? [signal] : [])];
  try {
    return await work(AbortSignal.any(signals));
  } finally {
    timer.cancel();
  }
}

/**
 * Waits for a while, or until the alarm settles, either way. Does not keep the process alive.
 *
 * @throws the signal's reason, once it aborts.
 */
export async function sleep(
  clock: TokenClock,
  delayMs: number,
  signal: AbortSignal | undefined,
  alarm?: Promise<unknown>,
): Promise<void> {
  let timer: ScheduledCall | undefined;
  const over = new Promise<void>((resolve) => {
    timer = clock.schedule(delayMs, resolve);
    alarm?.then(
      () => resolve(),
      () => resolve(),
    );
  });
  try {
    await abortable(over, signal);
  } finally {
    timer?.cancel();
  }
}
