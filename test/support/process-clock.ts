import { type ScheduledCall, TokenClock } from '../../lib/token/token-clock.js';
import type { ProcessLife } from './process-life.js';

/** As long as a real timer waits at the most, that fires late. */
const MAX_GRACE_MS = 1_000;

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

  /** A process that stood still reads what arrives before its timers come to an end, as fair ones do. */
  override schedule(delayMs: number, call: () => void): ScheduledCall {
    const dueAtMs = this.#turned.monotonicNow() + delayMs;
    let isCancelled = false;
    const once = () => {
      if (!isCancelled) call();
    };
    const due = () => {
      const lateMs = this.#turned.monotonicNow() - dueAtMs;
      if (lateMs <= 0 || isCancelled) return once();
      scheduled = this.#turned.schedule(Math.min(lateMs, MAX_GRACE_MS), () =>
        this.#life.tick(once),
      );
    };
    let scheduled = this.#turned.schedule(delayMs, () => this.#life.tick(due));
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
