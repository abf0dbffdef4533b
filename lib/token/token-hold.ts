import { AsposeAuthError } from '../errors/aspose-auth.error.js';
import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { TokenUnavailableError } from '../errors/token-unavailable.error.js';

/** Why a source will make no token request right now. */
export interface TokenHold {
  /**
   * - `refused`, `throttled`: what the token endpoint said last
   * - `back-off`: a pause after a transient failure
   * - `budget`: the runaway guard
   * - `closed`: the app has shut down
   */
  readonly reason: 'refused' | 'throttled' | 'back-off' | 'budget' | 'closed';
  /** How much longer it lasts, in milliseconds. */
  readonly remainingMs: number;
  /** The failure behind it. */
  readonly cause?: AsposeAuthError | undefined;
  /** Whether a flight may start all the same: the `credentials` function may give a pair that is not held back. */
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

/** A hold as it may be shown: its cause is a code. */
export interface ExplainedHold extends Omit<TokenHold, 'cause'> {
  readonly cause: AsposeAuthErrorCode | undefined;
}

/** Makes a hold fit to be shown. */
export function explainHold(
  hold: TokenHold | undefined,
): ExplainedHold | undefined {
  return hold && { ...hold, cause: hold.cause?.code };
}

/** What a caller gets who has no token while none may be asked for. */
export function heldBack(hold: TokenHold): AsposeAuthError {
  if (hold.reason === 'closed')
    return new AsposeAuthError(
      AsposeAuthErrorCode.SHUT_DOWN,
      'The app has shut down: no access token is fetched any more.',
    );
  const seconds = Math.ceil(hold.remainingMs / 1000);
  return new TokenUnavailableError(
    `There is no usable token, and none is asked for during the next ${seconds} s: ${WHY[hold.reason]}`,
    { retryAfterMs: hold.remainingMs, cause: hold.cause },
    hold.reason === 'budget'
      ? AsposeAuthErrorCode.BUDGET_EXHAUSTED
      : AsposeAuthErrorCode.TOKEN_UNAVAILABLE,
  );
}

const WHY: Record<Exclude<TokenHold['reason'], 'closed'>, string> = {
  refused:
    'the credentials were refused, and Aspose bans those that are tried too often. Check clientId and clientSecret.',
  throttled: 'the token endpoint wants to be left alone.',
  'back-off': 'the last token request failed.',
  budget:
    'too many token requests were made already. Does an API refuse valid tokens, or are they very short-lived?',
};
