import { clientCredentialsExchange } from '../client-credentials/client-credentials.exchange.js';
import type { CredentialMemory } from '../credential/credential-memory.js';
import { CredentialTokenSource } from '../credential/credential.token-source.js';
import { CredentialsResolver } from '../credential/credentials-resolver.js';
import { DecisionLog } from '../token/decision-log.js';
import { DisabledTokenSource } from '../token/disabled.token-source.js';
import { RefreshingTokenSource } from '../refreshing/refreshing.token-source.js';
import { UnauthorizedMemory } from '../refreshing/unauthorized-memory.js';
import { StaticTokenSource } from '../token/static.token-source.js';
import type { TokenClock } from '../token/token-clock.js';
import type { AsposeTokenEvent } from '../token/token-event.js';
import type { TokenTransport } from '../client-credentials/token-request.js';
import type { TokenLayer } from '../token/token-layer.js';
import type { ResolvedOptions } from '../options/resolve-options.js';

/** What all towers of an app share. */
export interface TowerSurroundings {
  readonly clock: TokenClock;
  readonly memory: CredentialMemory;
}

/** Builds the tower of token sources that the options ask for. */
export function createTokenEngine(
  options: ResolvedOptions,
  { clock, memory }: TowerSurroundings,
  transport: TokenTransport,
  onEvent: (event: AsposeTokenEvent) => void,
  random: () => number = Math.random,
): TokenLayer {
  const { auth, endpoint, refresh, retry, timeouts } = options;
  if (auth.mode === 'disabled') return new DisabledTokenSource();
  if (auth.mode === 'static') return new StaticTokenSource(auth.token);

  const decisions = new DecisionLog(clock, onEvent);
  const credential = new CredentialTokenSource({
    exchange: clientCredentialsExchange({
      endpoint,
      transport,
      clock,
      decisions,
      refresh,
      random,
    }),
    credentials: new CredentialsResolver(auth.credentials, clock),
    memory,
    url: endpoint.url,
    clock,
    decisions,
    retry,
    attemptMs: timeouts.attemptMs,
    random,
  });
  return new RefreshingTokenSource({
    source: credential,
    clock,
    decisions,
    unauthorized: new UnauthorizedMemory(clock, decisions),
    refresh,
    flightMs: timeouts.flightMs,
    attempts: retry.attempts,
  });
}
