import { writeTokenResponse } from '../client-credentials/token-response.js';
import { isAsposeAuthError } from '../errors/errors.js';
import { tokenErrorResponse } from '../inbound/token-error-response.js';
import type { AccessToken } from '../token/access-token.js';
import type { TokenClock } from '../token/token-clock.js';
import { completeSource } from '../token/token-layer.js';
import { remainingMs } from '../token/token-lifetime.js';
import type { TenantContext } from '../tenants/tenant-context.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';
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

/** Whose tokens a broker hands out. */
export interface BrokeredTokens {
  readonly tokens: TokenSource;
  /**
   * The client that they are of.
   *
   * @default the client without a name
   */
  readonly client?: string | undefined;
  /** Knows of which tenant a request is, in an app that has tenants. */
  readonly tenants?: Pick<TenantContext, 'runFor'> | undefined;
}

/**
 * Makes a handler that hands out the app's own token, or that of the request's tenant, with the rest of its lifetime.
 *
 * @param onEvent - hears of each token that was handed out, and of each that was not.
 */
export function tokenBroker(
  { tokens: given, client = DEFAULT_CLIENT, tenants }: BrokeredTokens,
  clock: TokenClock,
  {
    minValidityMs = DEFAULT_MIN_VALIDITY_MS,
    callerOf,
  }: Pick<TokenEndpointPolicy, 'minValidityMs' | 'callerOf'> = {},
  onEvent: (event: TokenGrantedEvent | TokenNotGrantedEvent) => void = () => {},
): TokenEndpointHandler {
  const source = completeSource(given, []);
  return async (request) => {
    const pin = () => source.pin();
    const tokens = tenants === undefined ? pin() : tenants.runFor(request, pin);
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
        onEvent({ type: 'not-granted', client, caller, code });
        throw answerTo(error);
      }
      token = kept;
    }
    const validForMs = remainingMs(token, clock);
    onEvent({
      type: 'granted',
      client,
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
