import { performance } from 'node:perf_hooks';

/** Both clocks at one moment. */
export interface ClockReading {
  /** Milliseconds that never jump, but may stop while the machine is suspended. */
  readonly monotonicMs: number;
  /** Milliseconds since the epoch, which jump when the clock is set. */
  readonly wallMs: number;
}

/** A call that will be made later, unless it is cancelled. */
export interface ScheduledCall {
  /** Drops the call. Safe to call again, and after the call was made. */
  cancel(): void;
  /** Keeps the process alive until the call is made. */
  ref(): void;
  /** Lets the process end before the call is made. */
  unref(): void;
}

/** Where this package gets the time and sets its timers. A test overrides this provider by a `ManualTokenClock`. */
export abstract class TokenClock {
  /** Milliseconds that never jump. */
  abstract monotonicNow(): number;

  /** Milliseconds since the epoch. */
  abstract wallNow(): number;

  /**
   * Makes a call after a delay. On a real clock, the process first reads what has arrived until then. The timer starts
   * out unref'd: it does not keep the process alive.
   */
  abstract schedule(delayMs: number, call: () => void): ScheduledCall;

  /** Reads both clocks. */
  read(): ClockReading {
    return { monotonicMs: this.monotonicNow(), wallMs: this.wallNow() };
  }
}

/** The machine's own clocks and timers. */
export class SystemTokenClock extends TokenClock {
  override monotonicNow(): number {
    return performance.now();
  }

  override wallNow(): number {
    return Date.now();
  }

  override schedule(delayMs: number, call: () => void): ScheduledCall {
    return new FairTimer(delayMs, call);
  }
}

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
class FairTimer implements ScheduledCall {
  #timer: NodeJS.Timeout;
  #isRef = false;
  #isCancelled = false;

  constructor(delayMs: number, call: () => void) {
    const notBeforeMs = delayMs + ROUNDED_DOWN_MS;
    const dueAtMs = performance.now() + notBeforeMs;
    const end = () => {
      if (!this.#isCancelled) call();
    };
    this.#timer = this.#after(notBeforeMs, () => {
      const lateMs = performance.now() - dueAtMs;
      const graceMs = Math.max(MIN_GRACE_MS, Math.min(lateMs, MAX_GRACE_MS));
      this.#timer = this.#after(graceMs, () =>
        setImmediate(() => setImmediate(end)),
      );
    });
  }

  cancel(): void {
    this.#isCancelled = true;
    clearTimeout(this.#timer);
  }

  ref(): void {
    this.#isRef = true;
    this.#timer.ref();
  }

  unref(): void {
    this.#isRef = false;
    this.#timer.unref();
  }

  #after(delayMs: number, call: () => void): NodeJS.Timeout {
    const timer = setTimeout(call, Math.min(delayMs, MAX_DELAY_MS));
    return this.#isRef ? timer : timer.unref();
  }
}
