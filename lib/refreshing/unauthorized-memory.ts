import type { AccessToken } from '../token/access-token.js';
import type { DecisionLog } from '../token/decision-log.js';
import {
  judgeRefusal,
  NO_REFUSALS,
  type OriginRefusals,
  recordRenewal,
  type RefusalVerdict,
} from './unauthorized-policy.js';
import type { TokenClock } from '../token/token-clock.js';
import type { ExplainedRefusals } from '../token/token-explanation.js';
import type { TokenHold } from '../token/token-hold.js';

/** A refused token whose replacement is on its way. */
interface AwaitedRenewal {
  readonly refused: AccessToken;
  /** A token that was asked for before this moment, on the monotonic clock, may be refused for the same reason. */
  readonly atMs: number;
}

/** Remembers, for each origin, which renewals its 401s led to and whether they helped. */
export class RefusalMemory {
  readonly #clock: TokenClock;
  readonly #decisions: DecisionLog;
  /** Made with the first 401, as is the other: most clients never see one. */
  #byOrigin: Map<string, OriginRefusals> | undefined;
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
    refused: AccessToken,
    current: AccessToken | undefined,
    origin: string,
    hold: TokenHold | undefined,
    isFlying = false,
  ): RefusalVerdict['verdict'] {
    const before = this.#refusalsOf(origin);
    const judged = judgeRefusal(
      refused,
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
      type: 'refused',
      token: refused.fingerprint,
      origin,
      verdict,
      why: isHeld ? `no token may be fetched now (${hold.reason})` : judged.why,
    });
    if (!isHeld) this.#remember(origin, judged.refusals);
    if (verdict === 'renew') {
      this.#renewing ??= new Map();
      this.#renewing.set(origin, {
        refused,
        atMs: isFlying ? this.#clock.monotonicNow() : -Infinity,
      });
    }
    return verdict;
  }

  /** The token that was refused last among those whose replacement is on its way. */
  get awaited(): AccessToken | undefined {
    return [...(this.#renewing?.values() ?? [])].at(-1)?.refused;
  }

  /** Takes note of the token that came in place of refused ones. */
  renewed(token: AccessToken): void {
    const now = this.#clock.monotonicNow();
    for (const [origin, { refused, atMs }] of this.#renewing ?? [])
      if (token.issuedAt.monotonicMs > atMs || token.value === refused.value)
        this.#remember(
          origin,
          recordRenewal(this.#refusalsOf(origin), refused, token, now),
        );
    this.forgetAwaited();
  }

  /** Gives up waiting for replacements: what is refused stays in use, until it is refused again. */
  forgetAwaited(): void {
    this.#renewing = undefined;
  }

  /** Forgets every hold. */
  reset(): void {
    this.#byOrigin = undefined;
    this.forgetAwaited();
  }

  /** What is known of each origin. */
  explain(): ExplainedRefusals[] {
    const now = this.#clock.monotonicNow();
    return [...(this.#byOrigin ?? [])].map(
      ([origin, { useless, heldUntilMs }]) => ({
        origin,
        useless,
        heldForMs: Math.max(0, heldUntilMs - now),
      }),
    );
  }

  #refusalsOf(origin: string): OriginRefusals {
    return this.#byOrigin?.get(origin) ?? NO_REFUSALS;
  }

  #remember(origin: string, refusals: OriginRefusals): void {
    const before = this.#refusalsOf(origin);
    this.#byOrigin ??= new Map();
    this.#byOrigin.set(origin, refusals);
    if (refusals.heldUntilMs > before.heldUntilMs)
      this.#decisions.record({
        type: 'renewal-held',
        origin,
        holdMs: refusals.heldUntilMs - this.#clock.monotonicNow(),
      });
  }
}

/** Of no concern to a request that is under way. With credentials that are held back, none is: others are looked for. */
function isPaceOnly({ reason }: TokenHold): boolean {
  return reason === 'back-off' || reason === 'budget';
}
