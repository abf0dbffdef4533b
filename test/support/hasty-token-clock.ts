import { performance } from 'node:perf_hooks';

import { type ScheduledCall, TokenClock } from '../../lib/token/token-clock.js';

/** The machine's clock and timers, run several times as fast, and set forward by hand. */
export class HastyTokenClock extends TokenClock {
  readonly #speed: number;
  readonly #wallOffsetMs = Date.now() - performance.now();
  #shiftMs = 0;

  constructor(speed: number) {
    super();
    this.#speed = speed;
  }

  override monotonicNow(): number {
    return performance.now() * this.#speed + this.#shiftMs;
  }

  override wallNow(): number {
    return this.monotonicNow() + this.#wallOffsetMs;
  }

  override schedule(delayMs: number, call: () => void): ScheduledCall {
    // Node rounds a delay down, and what it counts from as well.
    const timer = setTimeout(call, Math.ceil(delayMs / this.#speed) + 1);
    timer.unref();
    return {
      cancel: () => clearTimeout(timer),
      ref: () => void timer.ref(),
      unref: () => void timer.unref(),
    };
  }

  /** Lets time pass at once. */
  shift(byMs: number): void {
    this.#shiftMs += byMs;
  }
}
