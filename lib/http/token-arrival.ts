import { isAtOrigin } from './attach-policy.js';
import { challengeError } from './token-challenge.js';

/** Whether the token was still with a request when it was answered; `perhaps` after redirects that nobody saw. */
export type TokenArrival = 'yes' | 'no' | 'perhaps';

/** Reads it from an answer of `fetch`. Redirects may have left the origin, lost the token there and come back. */
export function fetchArrival(
  { redirected, url }: Response,
  origin: string,
): TokenArrival {
  if (!redirected) return 'yes';
  return isAtOrigin(url, origin) ? 'perhaps' : 'no';
}

/**
 * Tells whether a 401 is about the token: its `WWW-Authenticate` names no error, or `invalid_token`. Where the token may
 * have been lost on the way, it has to name that.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 */
export function isAboutToken(
  challenge: string | undefined,
  arrival: TokenArrival,
): boolean {
  if (arrival === 'no') return false;
  const error = challengeError(challenge);
  return error === undefined ? arrival === 'yes' : error === 'invalid_token';
}
