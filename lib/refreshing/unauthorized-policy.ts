import type { AccessToken } from '../token/access-token.js';

/** A token that an API answered 401 to. */
export interface Unauthorized {
  readonly token: AccessToken;
  /** The API's origin; empty if the caller did not say. */
  readonly origin: string;
  /** When it joined a flight in the air, on the monotonic clock; undefined if the flight took off for it. */
  readonly joinedAtMs?: number;
  /** How many renewals for the origin in a row did not help. */
  readonly useless?: number;
}

/** What is known of an origin that answered 401. Times are on the monotonic clock. */
export interface OriginRecord {
  /** The token that was fetched after a 401 of this origin, until it proves useless. */
  readonly renewed?: { readonly value: string; readonly atMs: number };
  /** How many renewals in a row did not help. */
  readonly useless: number;
  /** Until when the 401s of this origin are passed on. */
  readonly heldUntilMs: number;
}

/** What to do about a 401, and what to remember of it. */
export interface UnauthorizedVerdict {
  readonly verdict: 'renew' | 'use-current' | 'use-next' | 'pass-through';
  readonly why: string;
  readonly record: OriginRecord;
}

/** An origin that has answered no 401 yet. */
export const CLEAN_RECORD: OriginRecord = {
  useless: 0,
  heldUntilMs: -Infinity,
};

const PROBATION_MS = 30_000;
const MAX_HOLD_MS = 5 * 60_000;

/**
 * Decides what a 401 means for the token it was answered to.
 *
 * 1. There is no current token: the caller gets the next one, as every caller does.
 * 2. The unauthorized token is not the current one: the caller gets the current one.
 * 3. Renewals are on hold at this origin: the 401 is passed on.
 * 4. The unauthorized token came from a renewal for this origin less than 30 s ago: the renewal was useless. Renewals are
 *    on hold here for 30 s, doubling to 5 min, and the 401 is passed on.
 * 5. Otherwise the token is renewed.
 *
 * A renewed token that is used for 30 s without a 401 resets the doubling, as do five minutes after a hold.
 */
export function judgeUnauthorized(
  unauthorized: AccessToken,
  current: AccessToken | undefined,
  record: OriginRecord,
  nowMs: number,
): UnauthorizedVerdict {
  if (current === undefined)
    return { verdict: 'use-next', why: 'another one is fetched', record };
  if (current.value !== unauthorized.value)
    return {
      verdict: 'use-current',
      why: 'it is not the current token any more',
      record,
    };
  if (nowMs < record.heldUntilMs)
    return {
      verdict: 'pass-through',
      why: 'renewing did not help at this origin lately',
      record,
    };
  const { renewed } = record;
  const provedGood =
    renewed !== undefined && nowMs - renewed.atMs >= PROBATION_MS;
  if (renewed?.value === unauthorized.value && !provedGood)
    return {
      verdict: 'pass-through',
      why: 'it was renewed just now, for the same reason',
      record: renewalWasUseless(record, nowMs),
    };
  const isLongAgo =
    record.useless > 0 && nowMs - record.heldUntilMs >= MAX_HOLD_MS;
  return {
    verdict: 'renew',
    why: 'it is the current token',
    record: provedGood || isLongAgo ? CLEAN_RECORD : record,
  };
}

/** What to remember of a renewal. It was useless if it brought back the unauthorized token. */
export function recordRenewal(
  record: OriginRecord,
  unauthorized: AccessToken,
  renewed: AccessToken,
  nowMs: number,
): OriginRecord {
  return renewed.value === unauthorized.value
    ? renewalWasUseless(record, nowMs)
    : { ...record, renewed: { value: renewed.value, atMs: nowMs } };
}

/** How long an origin is held after a number of useless renewals in a row, in milliseconds. */
export function renewalHoldMs(useless: number): number {
  return Math.min(PROBATION_MS * 2 ** (useless - 1), MAX_HOLD_MS);
}

function renewalWasUseless(
  { useless }: OriginRecord,
  nowMs: number,
): OriginRecord {
  return {
    useless: useless + 1,
    heldUntilMs: nowMs + renewalHoldMs(useless + 1),
  };
}
