import { type ScheduledCall, TokenClock } from '../../lib/token/token-clock.js';
import type { ProcessLife } from './process-life.js';

/** How far the clocks of a process are ahead of those that a test turns, in milliseconds. */
export interface ClocksAhead {
  readonly monotonicMs?: number;
  readonly wallMs?: number;
}

/** The clocks of one of several processes. */
export class ProcessClock extends TokenClock {
  readonly #turned: TokenClock;
  readonly #life: ProcessLife;
  readonly #ahead: Required<ClocksAhead>;

  /** @param turned - the clock that is turned by hand. */
  constructor(
    turned: TokenClock,
    life: ProcessLife,
    { monotonicMs = 0, wallMs = 0 }: ClocksAhead = {},
  ) {
    super();
    this.#turned = turned;
    this.#life = life;
    this.#ahead = { monotonicMs, wallMs };
  }

  override monotonicNow(): number {
    return this.#turned.monotonicNow() + this.#ahead.monotonicMs;
  }

  override wallNow(): number {
    return this.#turned.wallNow() + this.#ahead.wallMs;
  }

  override schedule(delayMs: number, call: () => void): ScheduledCall {
    let isCancelled = false;
    const once = () => {
      if (!isCancelled) call();
    };
    const scheduled = this.#turned.schedule(delayMs, () =>
      this.#life.tick(once),
    );
    return {
      cancel: () => {
        isCancelled = true;
        scheduled.cancel();
      },
      ref: () => scheduled.ref(),
      unref: () => scheduled.unref(),
    };
  }
}
