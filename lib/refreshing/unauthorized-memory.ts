import type { AccessToken } from '../token/access-token.js';
import type { DecisionLog } from '../token/decision-log.js';
import {
  judgeUnauthorized,
  CLEAN_RECORD,
  type OriginRecord,
  recordRenewal,
  type UnauthorizedVerdict,
} from './unauthorized-policy.js';
import type { TokenClock } from '../token/token-clock.js';
import type { ExplainedOrigin } from '../token/token-explanation.js';
import type { TokenHold } from '../token/token-hold.js';

/** A unauthorized token whose replacement is on its way. */
interface AwaitedRenewal {
  readonly unauthorized: AccessToken;
  /** A token that was asked for before this moment, on the monotonic clock, may be answered 401 for the same reason. */
  readonly atMs: number;
}

/** Remembers, for each origin, which renewals its 401s led to and whether they helped. */
export class UnauthorizedMemory {
  readonly #clock: TokenClock;
  readonly #decisions: DecisionLog;
  /** Made with the first 401, as is the other: most clients never see one. */
  #byOrigin: Map<string, OriginRecord> | undefined;
  #renewing: Map<string, AwaitedRenewal> | undefined;

  constructor(clock: TokenClock, decisions: DecisionLog) {
    this.#clock = clock;
    this.#decisions = decisions;
  }

  /**
   * Decides what a 401 means.
   *
   * @param hold - why no token request is permitted now; the token then stays in use.
   * @param isFlying - whether a token is being fetched already, or credentials for it.
   */
  judge(
    unauthorized: AccessToken,
    current: AccessToken | undefined,
    origin: string,
    hold: TokenHold | undefined,
    isFlying = false,
  ): UnauthorizedVerdict['verdict'] {
    const before = this.#recordOf(origin);
    const judged = judgeUnauthorized(
      unauthorized,
      current,
      before,
      this.#clock.monotonicNow(),
    );
    const isHeld =
      judged.verdict === 'renew' &&
      hold !== undefined &&
      !(isFlying && isPaceOnly(hold));
    const verdict = isHeld ? 'pass-through' : judged.verdict;
    this.#decisions.record({
      type: 'unauthorized',
      token: unauthorized.fingerprint,
      origin,
      verdict,
      why: isHeld ? `no token may be fetched now (${hold.reason})` : judged.why,
    });
    if (!isHeld) this.#remember(origin, judged.record);
    if (verdict === 'renew') {
      this.#renewing ??= new Map();
      this.#renewing.set(origin, {
        unauthorized,
        atMs: isFlying ? this.#clock.monotonicNow() : -Infinity,
      });
    }
    return verdict;
  }

  /** The token that got the last 401 among those whose replacement is on its way. */
  get awaited(): AccessToken | undefined {
    return [...(this.#renewing?.values() ?? [])].at(-1)?.unauthorized;
  }

  /** Takes note of the token that came in place of unauthorized tokens. */
  renewed(token: AccessToken): void {
    const now = this.#clock.monotonicNow();
    for (const [origin, { unauthorized, atMs }] of this.#renewing ?? [])
      if (
        token.issuedAt.monotonicMs > atMs ||
        token.value === unauthorized.value
      )
        this.#remember(
          origin,
          recordRenewal(this.#recordOf(origin), unauthorized, token, now),
        );
    this.forgetAwaited();
  }

  /** Gives up waiting for replacements: the unauthorized token stays in use until its next 401. */
  forgetAwaited(): void {
    this.#renewing = undefined;
  }

  /** Forgets every hold. */
  reset(): void {
    this.#byOrigin = undefined;
    this.forgetAwaited();
  }

  /** What is known of each origin. */
  explain(): ExplainedOrigin[] {
    const now = this.#clock.monotonicNow();
    return [...(this.#byOrigin ?? [])].map(
      ([origin, { useless, heldUntilMs }]) => ({
        origin,
        useless,
        heldForMs: Math.max(0, heldUntilMs - now),
      }),
    );
  }

  #recordOf(origin: string): OriginRecord {
    return this.#byOrigin?.get(origin) ?? CLEAN_RECORD;
  }

  #remember(origin: string, record: OriginRecord): void {
    const before = this.#recordOf(origin);
    this.#byOrigin ??= new Map();
    this.#byOrigin.set(origin, record);
    if (record.heldUntilMs > before.heldUntilMs)
      this.#decisions.record({
        type: 'renewal-held',
        origin,
        holdMs: record.heldUntilMs - this.#clock.monotonicNow(),
      });
  }
}

/** Of no concern to a request that is under way. With credentials that are held back, none is: others are looked for. */
function isPaceOnly({ reason }: TokenHold): boolean {
  return reason === 'back-off' || reason === 'budget';
}
