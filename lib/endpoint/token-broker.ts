import { writeTokenResponse } from '../client-credentials/token-response.js';
import { isAsposeAuthError } from '../errors/errors.js';
import { tokenErrorResponse } from '../inbound/token-error-response.js';
import type { AccessToken } from '../token/access-token.js';
import type { TokenClock } from '../token/token-clock.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';
import { completeSource } from '../token/token-layer.js';
import { remainingMs } from '../token/token-lifetime.js';
import type { TokenSource } from '../token/token-source.js';
import { readUnauthorizedToken } from './client-request.js';
import { OAuthError } from './endpoint-answer.js';
import { printableCaller } from './printable-caller.js';
import type { TokenEndpointHandler } from './token-endpoint.controller.js';
import type {
  TokenGrantedEvent,
  TokenNotGrantedEvent,
} from './token-endpoint-event.js';
import type { TokenEndpointPolicy } from './token-endpoint-options.interface.js';

const DEFAULT_MIN_VALIDITY_MS = 300_000;

/**
 * Makes a handler that hands out the app's own token, with the rest of its lifetime.
 *
 * @param onEvent - hears of each token that was handed out, and of each that was not.
 */
export function tokenBroker(
  source: TokenSource,
  clock: TokenClock,
  {
    minValidityMs = DEFAULT_MIN_VALIDITY_MS,
    callerOf,
  }: Pick<TokenEndpointPolicy, 'minValidityMs' | 'callerOf'> = {},
  onEvent: (event: TokenGrantedEvent | TokenNotGrantedEvent) => void = () => {},
): TokenEndpointHandler {
  const tokens = completeSource(source, []);
  return async (request) => {
    const unauthorizedSha256 = readUnauthorizedToken(request);
    const caller = printableCaller(callerOf?.(request));
    const current = tokens.peekToken();
    const unauthorized =
      current !== undefined && current.sha256 === unauthorizedSha256
        ? { token: current }
        : undefined;
    let token: AccessToken;
    try {
      token = await tokens.getToken({ minValidityMs, unauthorized });
    } catch (error) {
      const kept = tokens.peekToken();
      if (kept === undefined) {
        const code = isAsposeAuthError(error) ? error.code : undefined;
        onEvent({ type: 'not-granted', client: DEFAULT_CLIENT, caller, code });
        throw answerTo(error);
      }
      token = kept;
    }
    const validForMs = remainingMs(token, clock);
    onEvent({
      type: 'granted',
      client: DEFAULT_CLIENT,
      caller,
      token: token.fingerprint,
      validForMs,
      unauthorized: unauthorized !== undefined,
    });
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: writeTokenResponse(token.value, validForMs),
    };
  };
}

function answerTo(error: unknown): unknown {
  const answer = tokenErrorResponse(error);
  return answer === undefined
    ? error
    : new OAuthError(answer.status, answer.body.message, answer);
}
