import {
  AsposeAuthError,
  AsposeAuthErrorCode,
  TokenUnavailableError,
} from '../errors/errors.js';

/** Why a source makes no token request right now. */
export interface TokenHold {
  /**
   * - `refused`: the token endpoint refused the credentials
   * - `throttled`: the token endpoint limits the rate of requests
   * - `ending`: the token endpoint handed out a token in its last second
   * - `back-off`: a pause after a transient failure
   * - `budget`: the runaway guard
   * - `elsewhere`: another process is fetching a token
   * - `closed`: the app has shut down
   */
  readonly reason:
    | 'refused'
    | 'throttled'
    | 'ending'
    | 'back-off'
    | 'budget'
    | 'elsewhere'
    | 'closed';
  /** How much longer it lasts, in milliseconds. */
  readonly remainingMs: number;
  /** The failure behind it. */
  readonly cause?: AsposeAuthError | undefined;
  /**
   * Whether a flight may start nevertheless: the `credentials` function may return a pair that is not held back, or another
   * process may have ended the hold.
   */
  readonly mayBeLifted?: boolean;
}

/** The hold of a source that has shut down. */
export const CLOSED: TokenHold = { reason: 'closed', remainingMs: Infinity };

/** The hold that lasts longest. */
export function longestHold(
  holds: readonly (TokenHold | undefined)[],
): TokenHold | undefined {
  return holds.reduce(
    (a, b) => ((b?.remainingMs ?? 0) > (a?.remainingMs ?? 0) ? b : a),
    undefined,
  );
}

/** A hold in printable form: its cause reduced to a code. */
export interface ExplainedHold extends Omit<TokenHold, 'cause'> {
  readonly cause: AsposeAuthErrorCode | undefined;
}

/** Brings a hold into printable form. */
export function explainHold(
  hold: TokenHold | undefined,
): ExplainedHold | undefined {
  return hold && { ...hold, cause: hold.cause?.code };
}

/** The error for a caller without a usable token while no token request is allowed. */
export function heldBack(hold: TokenHold): AsposeAuthError {
  if (hold.reason === 'closed')
    return new AsposeAuthError(
      AsposeAuthErrorCode.SHUT_DOWN,
      'The app has shut down: no access token is fetched any more.',
    );
  const seconds = Math.ceil(hold.remainingMs / 1000);
  // A refusal says itself whether it is likely about the credentials or about the URL.
  const why =
    (hold.reason === 'refused' && hold.cause?.message) || WHY[hold.reason];
  return new TokenUnavailableError(
    `There is no usable token, and none is requested for the next ${seconds} s: ${why}`,
    { retryAfterMs: hold.remainingMs, cause: hold.cause },
    hold.reason === 'budget'
      ? AsposeAuthErrorCode.BUDGET_EXHAUSTED
      : AsposeAuthErrorCode.TOKEN_UNAVAILABLE,
  );
}

const WHY: Record<Exclude<TokenHold['reason'], 'closed'>, string> = {
  refused:
    'the credentials were refused, and Aspose bans those that are tried too often. Check clientId and clientSecret, tokenEndpoint and baseUrl.',
  throttled: 'the token endpoint limits the rate of requests.',
  ending:
    'the token endpoint hands out a token in its last second, and another once that is over.',
  'back-off': 'the last token request failed.',
  elsewhere: 'another process is fetching one.',
  budget:
    'too many token requests were made already. Does an API answer 401 to valid tokens, or are they very short-lived?',
};
