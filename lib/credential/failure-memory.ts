import type { TokenRequestError } from '../errors/token-request.error.js';
import type { TokenClock } from '../token/token-clock.js';
import type { TokenHold } from '../token/token-hold.js';

/** How long to pause after a transient failure. */
export interface RetrySettings {
  /**
   * How many token requests are made, at the most, for a caller who waits without a valid token.
   *
   * @default 3
   */
  readonly attempts: number;
  /**
   * The first pause, in milliseconds, at the longest; it doubles from failure to failure. The pause itself is drawn
   * between three quarters of that and the whole, and is at least half a second.
   *
   * @default 1000
   */
  readonly baseDelayMs: number;
  /**
   * The longest pause, in milliseconds.
   *
   * @default 30000
   */
  readonly maxDelayMs: number;
}

/** The defaults of {@link RetrySettings}. */
export const DEFAULT_RETRY: RetrySettings = {
  attempts: 3,
  baseDelayMs: 1_000,
  maxDelayMs: 30_000,
};

const MIN_DELAY_MS = 500;

/** Enough to part clients that failed at once; more of it would ask an endpoint that is down more often. */
const DRAWN_FRACTION = 0.25;

const FIRST_HOLD_MS = 60_000;
const MAX_HOLD_MS = 10 * 60_000;
const REMEMBERED_CREDENTIALS = 8;

interface Pause {
  readonly failure: TokenRequestError;
  /** How many transient failures there were in a row. */
  readonly failures: number;
  readonly untilMs: number;
}

interface HeldCredentials {
  readonly failure: TokenRequestError;
  /** How many holds there were in a row, successes in between notwithstanding. */
  readonly holds: number;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/**
 * Remembers what not to ask again, and for how long; by the monotonic clock only.
 *
 * Aspose bans a client id and secret for ten minutes after five refused requests. A refused pair is therefore held
 * for 60 s, doubling to 10 min: at most four refusals within any ten minutes. Another pair is not held by it.
 *
 * @see https://docs.aspose.cloud/total/rate-limits
 */
export class FailureMemory {
  readonly #clock: TokenClock;
  readonly #random: () => number;
  readonly #settings: RetrySettings;
  /** Made with the first refusal: most clients never see one. */
  #held: Map<string, HeldCredentials> | undefined;
  #pause: Pause | undefined;

  constructor(
    clock: TokenClock,
    random: () => number,
    settings: RetrySettings,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#settings = settings;
  }

  /** Remembers a failed request made with these credentials. */
  record(error: TokenRequestError, credentials: string): void {
    if (error.failure === 'transient') this.#pauseAfter(error);
    else this.#holdBack(error, credentials);
  }

  /** Ends the hold of credentials that have just been accepted; what came before still counts for ten minutes. */
  recordSuccess(credentials: string): void {
    const held = this.#held?.get(credentials);
    if (held !== undefined)
      this.#held?.set(credentials, { ...held, untilMs: -Infinity });
    this.#pause = undefined;
  }

  /** How these credentials are held back: after a refusal or because the endpoint asked for it. */
  holdOf(credentials: string): TokenHold | undefined {
    const held = this.#held?.get(credentials);
    return (
      held &&
      this.#remaining(
        held.failure.failure === 'throttled' ? 'throttled' : 'refused',
        held.untilMs,
        held.failure,
      )
    );
  }

  /** Whether the last answer to these credentials was a refusal, however long ago. */
  wasRefused(credentials: string): boolean {
    const held = this.#held?.get(credentials);
    return (
      held !== undefined &&
      held.untilMs !== -Infinity &&
      held.failure.failure === 'refused'
    );
  }

  /** The pause after a transient failure. */
  backOff(): TokenHold | undefined {
    return (
      this.#pause &&
      this.#remaining('back-off', this.#pause.untilMs, this.#pause.failure)
    );
  }

  /** Forgets everything. */
  reset(): void {
    this.#held = undefined;
    this.#pause = undefined;
  }

  #remaining(
    reason: TokenHold['reason'],
    untilMs: number,
    cause: TokenRequestError,
  ): TokenHold | undefined {
    const remainingMs = untilMs - this.#clock.monotonicNow();
    return remainingMs > 0 ? { reason, remainingMs, cause } : undefined;
  }

  #pauseAfter(failure: TokenRequestError): void {
    const { baseDelayMs, maxDelayMs } = this.#settings;
    const failures = this.#pause?.failures ?? 0;
    const longestMs = Math.min(maxDelayMs, baseDelayMs * 2 ** failures);
    const shortenedBy = DRAWN_FRACTION * (1 - this.#random());
    const pauseMs = Math.max(MIN_DELAY_MS, longestMs * (1 - shortenedBy));
    this.#pause = {
      failure,
      failures: failures + 1,
      untilMs: this.#clock.monotonicNow() + pauseMs,
    };
  }

  #holdBack(failure: TokenRequestError, credentials: string): void {
    const now = this.#clock.monotonicNow();
    this.#held ??= new Map();
    const before = this.#held.get(credentials);
    const wasAccepted = before?.untilMs === -Infinity;
    const isLongAgo = now - (before?.sinceMs ?? now) >= MAX_HOLD_MS;
    const holds = wasAccepted && isLongAgo ? 0 : (before?.holds ?? 0);
    const holdMs =
      failure.retryAfterMs ?? Math.min(FIRST_HOLD_MS * 2 ** holds, MAX_HOLD_MS);
    // Deleted first, so that the map's order is the order of the latest failures.
    this.#held.delete(credentials);
    this.#held.set(credentials, {
      failure,
      holds: holds + 1,
      sinceMs: now,
      untilMs: now + holdMs,
    });
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= REMEMBERED_CREDENTIALS) break;
      this.#held.delete(oldest);
    }
  }
}
