import { TokenRequestError } from '../errors/token-request.error.js';
import { tokenFailureOf } from './token-failure.js';
import { type GrantedToken, readTokenGrant } from './token-grant.js';
import type { TokenResponse } from './token-transport.js';

/**
 * Reads an answer of the token endpoint: the last step of the exchange, after a {@link TokenTransport} has sent what
 * `buildTokenRequest` built.
 *
 * An error tells what arrived, but quotes nothing of it except an OAuth error code: the rest may hold the secret.
 *
 * @param endpoint - the endpoint as it may be printed.
 * @param receivedAtMs - when the answer arrived, in milliseconds since the epoch; for answers without a `Date`.
 * @throws {TokenRequestError} when the answer is not a usable token.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5
 */
export function readTokenResponse(
  response: TokenResponse,
  endpoint: string,
  receivedAtMs: number,
): GrantedToken {
  const failure = tokenFailureOf(response, receivedAtMs);
  if (failure === undefined) return readTokenGrant(response, endpoint);
  throw new TokenRequestError(
    failure.code,
    `The token endpoint ${endpoint} ${failure.what}`,
    { ...failure, status: response.status },
  );
}
