import { writeTokenResponse } from '../client-credentials/token-response.js';
import { tokenErrorResponse } from '../inbound/token-error-response.js';
import type { AccessToken } from '../token/access-token.js';
import type { TokenClock } from '../token/token-clock.js';
import { completeSource } from '../token/token-layer.js';
import { remainingMs } from '../token/token-lifetime.js';
import type { TokenSource } from '../token/token-source.js';
import { readUnauthorizedToken } from './client-request.js';
import { OAuthError } from './endpoint-answer.js';
import type { TokenEndpointHandler } from './token-endpoint.controller.js';

const DEFAULT_MIN_VALIDITY_MS = 300_000;

/**
 * Makes a handler that hands out the app's own token, with the rest of its lifetime.
 *
 * @param minValidityMs - a token that is valid for less is renewed before it is handed out.
 */
export function tokenBroker(
  source: TokenSource,
  clock: TokenClock,
  minValidityMs = DEFAULT_MIN_VALIDITY_MS,
): TokenEndpointHandler {
  const tokens = completeSource(source, []);
  return async (request) => {
    const unauthorizedSha256 = readUnauthorizedToken(request);
    const current = tokens.peekToken();
    const unauthorized =
      current !== undefined && current.sha256 === unauthorizedSha256
        ? { token: current }
        : undefined;
    let token: AccessToken;
    try {
      token = await tokens.getToken({ minValidityMs, unauthorized });
    } catch (error) {
      token = tokens.peekToken() ?? fail(error);
    }
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: writeTokenResponse(token.value, remainingMs(token, clock)),
    };
  };
}

function fail(error: unknown): never {
  const answer = tokenErrorResponse(error);
  throw answer === undefined
    ? error
    : new OAuthError(answer.status, answer.body.message, answer);
}
