import { performance } from 'node:perf_hooks';

import { FairTimer } from './fair-timer.js';

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
