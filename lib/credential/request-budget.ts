import type { TokenClock } from '../token/token-clock.js';

const BURST = 5;
const MIN_INTERVAL_MS = 1_000;
const MAX_INTERVAL_MS = 10_000;

/**
 * The runaway guard: bounds how many token requests go out on the wire, whatever goes wrong elsewhere.
 *
 * Lets five through at once and then one per quarter of a token's lifetime, but no less than 1 s and no more than
 * 10 s apart. Never switched off and never reset.
 */
export class TokenRequestBudget {
  readonly #clock: TokenClock;
  #intervalMs = MAX_INTERVAL_MS;
  /** When the last of the requests made so far is paid off. */
  #paidOffAtMs = -Infinity;

  constructor(clock: TokenClock) {
    this.#clock = clock;
  }

  /** How many milliseconds until a request is permitted; 0 when one is now. */
  waitMs(): number {
    return Math.max(0, this.#debtMs - (BURST - 1) * this.#intervalMs);
  }

  /** How many requests are permitted right now. */
  get left(): number {
    return Math.max(0, BURST - Math.ceil(this.#debtMs / this.#intervalMs));
  }

  /** Counts one request. */
  spend(): void {
    this.#owe(this.#debtMs + this.#intervalMs);
  }

  /** Adapts the pace to the lifetime that tokens turn out to have. */
  paceFor(lifetimeMs: number): void {
    const intervalMs = Math.min(
      Math.max(lifetimeMs / 4, MIN_INTERVAL_MS),
      MAX_INTERVAL_MS,
    );
    this.#owe((this.#debtMs * intervalMs) / this.#intervalMs);
    this.#intervalMs = intervalMs;
  }

  get #debtMs(): number {
    return Math.max(0, this.#paidOffAtMs - this.#clock.monotonicNow());
  }

  #owe(debtMs: number): void {
    this.#paidOffAtMs = this.#clock.monotonicNow() + debtMs;
  }
}
