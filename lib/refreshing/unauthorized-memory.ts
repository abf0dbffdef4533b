import type { AccessToken } from '../token/access-token.js';
import type { TokenClock } from '../token/token-clock.js';
import type { DecisionLog } from '../token/token-event.js';
import type { ExplainedOrigin } from '../token/token-explanation.js';
import type { TokenHold } from '../token/token-hold.js';
import { flightClearance } from './flight-clearance.js';
import {
  CLEAN_RECORD,
  judgeUnauthorized,
  type OriginRecord,
  recordRenewal,
  type Unauthorized,
  type UnauthorizedVerdict,
} from './unauthorized-policy.js';

/** What there is besides an unauthorized token. */
export interface UnauthorizedSituation {
  /** The token that is sent now; undefined while there is none, or while it is being replaced after a 401. */
  readonly current: AccessToken | undefined;
  /** What holds token requests back. */
  readonly hold: TokenHold | undefined;
  /** Whether a flight is in the air that can bring another token. */
  readonly isFlying: boolean;
}

/** Remembers, for each origin, which renewals its 401s led to, and whether they helped. */
export class UnauthorizedMemory {
  readonly #clock: TokenClock;
  readonly #decisions: DecisionLog;
  /** Made with the first 401: most clients never see one. */
  #byOrigin: Map<string, OriginRecord> | undefined;

  constructor(clock: TokenClock, decisions: DecisionLog) {
    this.#clock = clock;
    this.#decisions = decisions;
  }

  /** Decides what a 401 means. An unauthorized token that must not be replaced now stays in use. */
  judge(
    { token, origin }: Unauthorized,
    { current, hold, isFlying }: UnauthorizedSituation,
  ): UnauthorizedVerdict['verdict'] {
    const { verdict, why, record } = judgeUnauthorized(
      token,
      current,
      this.#recordOf(origin),
      this.#clock.monotonicNow(),
    );
    const isHeld =
      verdict === 'renew' &&
      flightClearance(hold, { for: 'renewal', isFlying }) === 'stay';
    const final = isHeld ? 'pass-through' : verdict;
    this.#decisions.record({
      type: 'unauthorized',
      token: token.fingerprint,
      origin,
      verdict: final,
      why: isHeld ? `no token may be fetched now (${hold?.reason})` : why,
    });
    if (!isHeld) this.#remember(origin, record);
    return final;
  }

  /**
   * Takes note of the token that came in place of an unauthorized one.
   *
   * A token that was asked for before the 401 may be unauthorized for the same reason. It proves nothing.
   */
  renewed(
    { token, origin, joinedAtMs }: Unauthorized,
    renewed: AccessToken,
  ): void {
    const wasAskedForSince =
      joinedAtMs === undefined || renewed.issuedAt.monotonicMs > joinedAtMs;
    if (!wasAskedForSince && renewed.value !== token.value) return;
    const now = this.#clock.monotonicNow();
    const record = recordRenewal(this.#recordOf(origin), token, renewed, now);
    this.#remember(origin, record);
  }

  /** Takes note of the origin's 401 for which another process fetched a token. */
  adopt({ value, issuedAt, shared }: AccessToken): void {
    if (shared?.renewedFor === undefined) return;
    const { origin, useless } = shared.renewedFor;
    const before = this.#recordOf(origin);
    this.#remember(origin, {
      ...before,
      renewed: { value, atMs: issuedAt.monotonicMs },
      useless: Math.max(useless, before.useless),
    });
  }

  /** How many renewals for an origin in a row did not help. */
  uselessAt(origin: string): number {
    return this.#recordOf(origin).useless;
  }

  /** Forgets every hold. */
  reset(): void {
    this.#byOrigin = undefined;
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
