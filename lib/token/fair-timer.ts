import { performance } from 'node:perf_hooks';

/** How much too early a timer can fire: Node rounds down both the delay and the time it starts from. */
const ROUNDED_DOWN_MS = 2;

/** Node turns a longer delay into 1 ms. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Long enough to read an answer that has already arrived. */
const MAX_GRACE_MS = 1_000;

/** A process that was busy until just now seems to be in time, although it still has an answer to read. */
const MIN_GRACE_MS = 25;

/**
 * An unref'd timer that fires a moment late. If it fires later than that, it waits for as long again before its call.
 *
 * After a long computation or a pause, a process runs its timers before it reads its sockets, and would discard the
 * answers that arrived meanwhile. So the call waits for the time that the timer was late, at most a second, and for two
 * turns of the event loop.
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
