/**
 * How many refused token requests within {@link BAN_MS} get a client id and secret banned.
 *
 * @see https://docs.aspose.cloud/total/rate-limits
 */
export const BANNED_AFTER = 5;

/** For how long Aspose counts a refused token request, and for how long a ban lasts. */
export const BAN_MS = 10 * 60_000;

/** How many refused token requests this package lets happen within {@link BAN_MS}. */
export const ALLOWED_REFUSALS = BANNED_AFTER - 1;

/** For how long a pair is held after its first refusal. */
export const FIRST_HOLD_MS = 60_000;

/** The ban rule, as messages quote it. */
export const BAN_RULE = `Aspose bans credentials for ${BAN_MS / 60_000} minutes after ${BANNED_AFTER} refused requests`;

/** For how long the n-th refusal in a row holds a pair: 60 s, doubling to 10 min. */
export function ladderHoldMs(n: number): number {
  return Math.min(FIRST_HOLD_MS * 2 ** (n - 1), BAN_MS);
}

/**
 * Whether an endpoint that asks for this pause has banned the pair.
 *
 * Aspose says 600 s. A server between may count them down, so any pause longer than our own first hold is a ban.
 */
export function isBan(retryAfterMs: number): boolean {
  return retryAfterMs > FIRST_HOLD_MS;
}
