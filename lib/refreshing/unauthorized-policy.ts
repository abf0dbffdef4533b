import type { AccessToken } from '../token/access-token.js';

/** What is known of an origin that refused tokens. Times are on the monotonic clock. */
export interface OriginRefusals {
  /** The token that was fetched because this origin had refused another; until it proves useless. */
  readonly renewed?: { readonly value: string; readonly atMs: number };
  /** How many renewals in a row did not help. */
  readonly useless: number;
  /** Until when a 401 of this origin is passed on. */
  readonly heldUntilMs: number;
}

/** What to do about a 401, and what to remember of it. */
export interface RefusalVerdict {
  readonly verdict: 'renew' | 'use-current' | 'pass-through';
  readonly why: string;
  readonly refusals: OriginRefusals;
}

/** An origin that has refused nothing yet. */
export const NO_REFUSALS: OriginRefusals = {
  useless: 0,
  heldUntilMs: -Infinity,
};

const PROBATION_MS = 30_000;
const MAX_HOLD_MS = 5 * 60_000;

/**
 * Decides what a 401 means for the token it was answered to.
 *
 * By evidence: a token that another one has replaced is dead, and the current one is to be sent. Otherwise a renewal
 * is worth a try, unless the refused token came from one less than 30 s ago; then renewing does not help here, and
 * this origin's 401s are passed on for 30 s, doubling to 5 min. Five minutes after such a hold all is forgotten.
 */
export function judgeRefusal(
  refused: AccessToken,
  current: AccessToken | undefined,
  refusals: OriginRefusals,
  nowMs: number,
): RefusalVerdict {
  if (current?.value !== refused.value)
    return {
      verdict: 'use-current',
      why:
        current === undefined
          ? 'another one is fetched'
          : 'it is not the current token any more',
      refusals,
    };
  if (nowMs < refusals.heldUntilMs)
    return {
      verdict: 'pass-through',
      why: 'renewing did not help at this origin lately',
      refusals,
    };
  const { renewed } = refusals;
  const provedGood =
    renewed !== undefined && nowMs - renewed.atMs >= PROBATION_MS;
  if (renewed?.value === refused.value && !provedGood)
    return {
      verdict: 'pass-through',
      why: 'it was renewed just now, for the same reason',
      refusals: renewalWasUseless(refusals, nowMs),
    };
  const isLongAgo =
    refusals.useless > 0 && nowMs - refusals.heldUntilMs >= MAX_HOLD_MS;
  return {
    verdict: 'renew',
    why: 'it is the current token',
    refusals: provedGood || isLongAgo ? NO_REFUSALS : refusals,
  };
}

/** What to remember once a renewal brought a token: a useless one if it is the refused token again. */
export function recordRenewal(
  refusals: OriginRefusals,
  refused: AccessToken,
  renewed: AccessToken,
  nowMs: number,
): OriginRefusals {
  return renewed.value === refused.value
    ? renewalWasUseless(refusals, nowMs)
    : { ...refusals, renewed: { value: renewed.value, atMs: nowMs } };
}

/** How long an origin is held after a number of useless renewals in a row, in milliseconds. */
export function refusalHoldMs(useless: number): number {
  return Math.min(PROBATION_MS * 2 ** (useless - 1), MAX_HOLD_MS);
}

function renewalWasUseless(
  { useless }: OriginRefusals,
  nowMs: number,
): OriginRefusals {
  return {
    useless: useless + 1,
    heldUntilMs: nowMs + refusalHoldMs(useless + 1),
  };
}
