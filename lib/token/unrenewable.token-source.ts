import type { AccessToken } from './access-token.js';
import type { TokenClock } from './token-clock.js';
import type { DecisionLog } from './token-event.js';
import type { TokenExplanation } from './token-explanation.js';
import { DelegatingTokenLayer, type TokenLayer } from './token-layer.js';
import type { GetTokenOptions, UnauthorizedToken } from './token-source.js';

/** When an origin is reported again, and after how long a pause. */
interface Report {
  readonly nextAtMs: number;
  readonly pauseMs: number;
}

const FIRST_PAUSE_MS = 60_000;
const MAX_PAUSE_MS = 60 * 60_000;

/**
 * Reports the 401s of a token that nothing can renew, such as a static one.
 *
 * Each is an event; that they are hopeless is one for each origin, and again after pauses that double from a minute to an
 * hour.
 */
export class UnrenewableTokenSource extends DelegatingTokenLayer {
  readonly #clock: TokenClock;
  readonly #decisions: DecisionLog;
  readonly #reports = new Map<string, Report>();

  constructor(source: TokenLayer, clock: TokenClock, decisions: DecisionLog) {
    super(source);
    this.#clock = clock;
    this.#decisions = decisions;
  }

  override getToken(options?: GetTokenOptions): Promise<AccessToken> {
    if (options?.unauthorized !== undefined) this.#report(options.unauthorized);
    return super.getToken(options);
  }

  override explain(): TokenExplanation {
    return { ...super.explain(), decisions: this.#decisions.recent };
  }

  override reset(): void {
    super.reset();
    this.#reports.clear();
  }

  #report({ token: { fingerprint: token }, origin = '' }: UnauthorizedToken) {
    this.#decisions.record({
      type: 'unauthorized',
      token,
      origin,
      verdict: 'pass-through',
      why: 'a static token cannot be renewed',
    });
    const nowMs = this.#clock.monotonicNow();
    const last = this.#reports.get(origin);
    if (last !== undefined && nowMs < last.nextAtMs) return;
    const pauseMs =
      last === undefined
        ? FIRST_PAUSE_MS
        : Math.min(last.pauseMs * 2, MAX_PAUSE_MS);
    this.#reports.set(origin, { nextAtMs: nowMs + pauseMs, pauseMs });
    this.#decisions.record({ type: 'renewal-impossible', token, origin });
  }
}
