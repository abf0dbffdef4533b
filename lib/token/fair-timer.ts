import { performance } from 'node:perf_hooks';

/** How much too early a timer may fire: Node rounds down both a delay and the time it counts from. */
const ROUNDED_DOWN_MS = 2;

/** A longer delay is taken for none. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Long enough to read an answer that has already arrived. */
const MAX_GRACE_MS = 1_000;

/** A process that was busy until just now seems to be in time, and has an answer to read all the same. */
const MIN_GRACE_MS = 25;

/**
 * An unref'd timer that fires a moment late. If it fires later than that, it waits as much longer before it makes its call.
 *
 * A process that computed, or was stopped, runs its timers before it reads its sockets: the answers that arrived
 * meanwhile would be thrown away. The call is therefore made as much later again, at most a second, and after the event
 * loop has turned twice.
 */
export class FairTimer {
  readonly #call: () => void;
  #timer: NodeJS.Timeout;
  #isRef = false;
  #isCancelled = false;

  constructor(delayMs: number, call: () => void) {
    this.#call = call;
    const notBeforeMs = delayMs + ROUNDED_DOWN_MS;
    const dueAtMs = performance.now() + notBeforeMs;
    this.#timer = this.#after(notBeforeMs, () => {
      const lateMs = performance.now() - dueAtMs;
      this.#timer = this.#after(clamped(lateMs), () =>
        setImmediate(() => setImmediate(() => this.#end())),
      );
    });
  }

  /** Drops the call. Safe to call again, and after the call was made. */
  cancel(): void {
    this.#isCancelled = true;
    clearTimeout(this.#timer);
  }

  /** Keeps the process alive until the call is made. */
  ref(): void {
    this.#isRef = true;
    this.#timer.ref();
  }

  /** Lets the process end before the call is made. */
  unref(): void {
    this.#isRef = false;
    this.#timer.unref();
  }

  #after(delayMs: number, call: () => void): NodeJS.Timeout {
    const timer = setTimeout(call, Math.min(delayMs, MAX_DELAY_MS));
    return this.#isRef ? timer : timer.unref();
  }

  #end(): void {
    if (!this.#isCancelled) this.#call();
  }
}

function clamped(lateMs: number): number {
  return Math.max(MIN_GRACE_MS, Math.min(lateMs, MAX_GRACE_MS));
}
