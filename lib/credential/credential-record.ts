import { randomUUID } from 'node:crypto';

import type { AsposeAuthError } from '../errors/errors.js';
import type { AccessToken } from '../token/access-token.js';
import type { TokenClock } from '../token/token-clock.js';
import { longestHold, type TokenHold } from '../token/token-hold.js';
import { TokenRequestBudget } from './request-budget.js';
import type { AttemptNote } from './attempt.js';
import {
  type AttemptLog,
  type AttemptOutcome,
  failuresInARow,
  heldUntil,
  NO_ATTEMPTS,
  note,
  settle,
  waiveHolds,
} from './attempt-log.js';

/** How a record is looked at. */
export interface RecordView {
  /** What is looked at in place of the record's own log. */
  readonly log?: AttemptLog;
  /**
   * Whether who looks has the lock of the credential in a shared store, so that nobody else is sending.
   *
   * @default false
   */
  readonly hasLock?: boolean;
}

/** What the app knows of one credential, whichever client or tenant uses it. */
export class CredentialRecord {
  /** Bounds the token requests of all who use the credential. */
  readonly budget: TokenRequestBudget;
  /** The attempt log, by the monotonic clock. A shared store replaces it by what it has merged. */
  log: AttemptLog = NO_ATTEMPTS;

  readonly #clock: TokenClock;
  /** The latest failure behind each reason to hold the pair; not in the log, which is plain data. Most never fail. */
  #causes: { [reason in TokenHold['reason']]?: AsposeAuthError } | undefined;
  readonly #users = new Set<object>();
  #token: AccessToken | undefined;
  #underWay: Promise<AccessToken> | undefined;
  /** Begins the ids of the attempts that are made here. */
  #owner: string | undefined;
  #begun = 0;

  constructor(clock: TokenClock) {
    this.#clock = clock;
    this.budget = new TokenRequestBudget(clock);
  }

  /** The work that is to bring a token now, for all who use the credential. It never causes an unhandled rejection. */
  get underWay(): Promise<AccessToken> | undefined {
    return this.#underWay;
  }

  /** Joins the work that is under way, or starts it. */
  join(work: () => Promise<AccessToken>): Promise<AccessToken> {
    if (this.#underWay !== undefined) return this.#underWay;
    this.#underWay = work().finally(() => {
      this.#underWay = undefined;
    });
    this.#underWay.catch(() => {});
    return this.#underWay;
  }

  /**
   * Notes an attempt and spends budget on it. Call this just before it is sent, in the tick that checked
   * {@link CredentialRecord.holds}.
   *
   * Whoever sends the attempt settles it, also when its answer comes after the work under way has ended.
   *
   * @param leaseMs - how long the attempt may take, in milliseconds, with a second to spare.
   */
  begin(leaseMs: number): AttemptNote {
    const at = this.#clock.monotonicNow();
    this.#owner ??= randomUUID();
    this.#begun += 1;
    const id = `${this.#owner}/${this.#begun}`;
    const attempt = { id, at, leaseUntil: at + leaseMs };
    this.budget.spend();
    this.log = note(this.log, attempt);
    return attempt;
  }

  /** Whether an attempt was made here. */
  owns(id: string): boolean {
    return this.#owner !== undefined && id.startsWith(this.#owner);
  }

  /**
   * Enters what came of an attempt, now or when its answer came late.
   *
   * @param cause - the failure that holds on these credentials quote from now on.
   */
  settle(
    attempt: AttemptNote,
    outcome: AttemptOutcome,
    cause?: AsposeAuthError,
  ): void {
    this.log = settle(this.log, attempt, outcome, this.#clock.monotonicNow());
    const { type } = outcome;
    const reason = REASONS.find((known) => known === type) ?? 'back-off';
    if (cause !== undefined)
      this.#causes = { ...this.#causes, [reason]: cause };
  }

  /** Every reason not to send an attempt now, by the log and the runaway guard; at most one hold for each reason. */
  holds({
    log = this.log,
    hasLock = false,
  }: RecordView = {}): readonly TokenHold[] {
    const now = this.#clock.monotonicNow();
    const owns = (id: string) => this.owns(id);
    const budget = now + this.budget.waitMs();
    const until = { ...heldUntil(log, now, { owns, hasLock }), budget };
    return REASONS.flatMap((reason) => {
      const cause = this.#causes?.[reason];
      const remainingMs = (until[reason] ?? now) - now;
      return remainingMs > 0 ? { reason, remainingMs, cause } : [];
    });
  }

  /** The longest hold that every attempt heeds: all but the pause after a failure, which is for callers to sit out. */
  barrier(view: RecordView = {}): TokenHold | undefined {
    const log = { ...this.log, transient: null };
    return longestHold(this.holds({ log, ...view }));
  }

  /** How many transient failures there were since the last success. */
  get failuresInARow(): number {
    return failuresInARow(this.log, this.#clock.monotonicNow());
  }

  /** Waives the holds that an operator may waive. The budget, the attempts and a ban stay. */
  reset(): void {
    this.log = waiveHolds(this.log, this.#clock.monotonicNow());
  }

  /** The newest token, if it was issued after this one. Whether it is still valid is for the caller to check. */
  tokenNewerThan(token: AccessToken | undefined): AccessToken | undefined {
    return issuedAtMs(this.#token) > issuedAtMs(token)
      ? this.#token
      : undefined;
  }

  /** Hands a token to all who use the credential, unless they have a newer one. */
  offer(token: AccessToken): void {
    if (this.#users.size > 0 && issuedAtMs(token) > issuedAtMs(this.#token))
      this.#token = token;
  }

  /** Whether the record must stay the same for everybody: somebody uses it, or an attempt is under way. */
  get isInUse(): boolean {
    return this.#users.size > 0 || this.#underWay !== undefined;
  }

  /** @internal Called by the memory, which counts users. */
  enter(user: object): void {
    this.#users.add(user);
  }

  /** @internal The token goes with the last user, the log stays. */
  leave(user: object): void {
    this.#users.delete(user);
    if (this.#users.size === 0) this.#token = undefined;
  }
}

const REASONS = [
  'refused',
  'throttled',
  'ending',
  'back-off',
  'budget',
] as const;

function issuedAtMs(token: AccessToken | undefined): number {
  return token?.issuedAt.monotonicMs ?? -Infinity;
}
