import type { TokenExchange } from '../credential/attempt-sender.js';
import { AsposeAuthErrorCode, TokenRequestError } from '../errors/errors.js';
import { AccessToken } from '../token/access-token.js';
import type { DecisionLog } from '../token/token-event.js';
import { printableUrl } from '../token/redacted.js';
import type { TokenClock } from '../token/token-clock.js';
import {
  drawRefreshAfterMs,
  type RefreshSettings,
  tokenAgeMs,
  tokenState,
} from '../token/token-lifetime.js';
import { buildTokenRequest, type TokenEndpoint } from './token-request.js';
import { readTokenResponse } from './token-response.js';
import type { TokenTransport } from './token-transport.js';

/** What a {@link clientCredentialsExchange} works with. */
export interface ClientCredentialsParts {
  readonly endpoint: TokenEndpoint;
  readonly transport: TokenTransport;
  readonly clock: TokenClock;
  readonly decisions: DecisionLog;
  readonly refresh: RefreshSettings;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * The client credentials exchange: one token request a call. It remembers nothing and sets no limit.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 */
export function clientCredentialsExchange(
  parts: ClientCredentialsParts,
): TokenExchange {
  const { endpoint, transport, clock, decisions, refresh, random } = parts;
  const label = printableUrl(endpoint.url);
  return async ({ pair, unauthorized, overdue, signal }) => {
    const request = buildTokenRequest(endpoint, pair, {
      unauthorized: unauthorized?.token,
    });
    const issuedAt = clock.read();
    const response = await transport(request, signal, overdue);
    const granted = readTokenResponse(response, label, clock.wallNow());
    const { value, lifetimeMs, lifetimeFrom: from } = granted;
    if (from !== 'expires_in')
      decisions.recordOnce({ type: 'lifetime-assumed', lifetimeMs, from });
    const refreshAfterMs = drawRefreshAfterMs(lifetimeMs, random(), refresh);
    const token = new AccessToken(value, {
      lifetimeMs,
      refreshAfterMs,
      issuedAt,
    });
    const ageMs = tokenAgeMs(token, clock);
    if (tokenState(token, ageMs, refresh.safetyMs) !== 'expired') return token;
    throw new TokenRequestError(
      AsposeAuthErrorCode.EXPIRED_ON_ARRIVAL,
      `The token of ${label} had expired when it arrived: it lives for ${lifetimeMs} ms and is ${Math.round(ageMs)} ms old. Was the clock set meanwhile?`,
      { failure: 'transient' },
    );
  };
}
