import type { ScheduledCall, TokenClock } from './token-clock.js';

/** The calls to make once a signal aborts: one listener for all of them, since Node reports eleven as a leak. */
class AbortCalls extends Set<() => void> {
  handleEvent(): void {
    for (const call of this) call();
  }
}

const callsOn = new WeakMap<AbortSignal, AbortCalls>();

/**
 * Waits for a promise, but no longer than until the signal aborts.
 *
 * The promise itself goes on. What it settles with later is ignored.
 *
 * @throws the signal's reason, once it aborts.
 */
export function abortable<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    const forget = onAbort(signal, abort);
    promise.then(resolve, reject).finally(forget);
  });
}

/**
 * The same, but once the signal aborts the promise has one event-loop turn more, to bring what the abort itself makes
 * arrive: a failure status counts even if its body never ends.
 *
 * @throws the signal's reason, after that turn.
 */
export async function abortableWithLastWord<T>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await abortable(promise, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    const turn = new Promise((resolve) => setImmediate(resolve));
    return Promise.race([promise, turn.then(() => Promise.reject(error))]);
  }
}

/** Makes a call once a signal aborts, as a listener would. Returns a function that drops the call. */
export function onAbort(signal: AbortSignal, call: () => void): () => void {
  const calls = callsOn.get(signal) ?? new AbortCalls();
  callsOn.set(signal, calls.add(call));
  signal.addEventListener('abort', calls, { once: true });
  return () => {
    calls.delete(call);
    if (calls.size > 0) return;
    callsOn.delete(signal);
    signal.removeEventListener('abort', calls);
  };
}

/**
 * Gives work a signal that aborts at its deadline, until the work has settled.
 *
 * @param overdue - makes the error that the signal aborts with.
 * @param signal - aborts the work earlier. Without it, the deadline keeps the process alive.
 */
export async function withDeadline<T>(
  clock: TokenClock,
  limitMs: number,
  overdue: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
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
    const wake = () => resolve();
    alarm?.then(wake, wake);
  });
  try {
    await abortable(over, signal);
  } finally {
    timer?.cancel();
  }
}
