import { ClientCredentialsTokenSource } from '../client-credentials/client-credentials.token-source.js';
import { CredentialsResolver } from '../credential/credentials-resolver.js';
import { DecisionLog } from '../token/decision-log.js';
import { DisabledTokenSource } from '../token/disabled.token-source.js';
import { FailureMemory } from '../credential/failure-memory.js';
import { RefreshingTokenSource } from '../refreshing/refreshing.token-source.js';
import { UnauthorizedMemory } from '../refreshing/unauthorized-memory.js';
import { StaticTokenSource } from '../token/static.token-source.js';
import type { TokenClock } from '../token/token-clock.js';
import type { AsposeTokenEvent } from '../token/token-event.js';
import { TokenRequestBudget } from '../credential/request-budget.js';
import type { TokenTransport } from '../client-credentials/token-transport.js';
import type { TokenLayer } from '../token/token-layer.js';
import type { ResolvedOptions } from '../options/resolve-options.js';

/** Builds the tower of token sources that the options ask for. */
export function createTokenEngine(
  options: ResolvedOptions,
  clock: TokenClock,
  transport: TokenTransport,
  onEvent: (event: AsposeTokenEvent) => void,
  random: () => number = Math.random,
): TokenLayer {
  const { auth, endpoint, refresh, retry, timeouts } = options;
  if (auth.mode === 'disabled') return new DisabledTokenSource();
  if (auth.mode === 'static') return new StaticTokenSource(auth.token);

  const decisions = new DecisionLog(clock, onEvent);
  const exchange = new ClientCredentialsTokenSource({
    endpoint,
    credentials: new CredentialsResolver(auth.credentials, clock),
    transport,
    clock,
    failures: new FailureMemory(clock, random, retry),
    budget: new TokenRequestBudget(clock),
    decisions,
    refresh,
    attemptMs: timeouts.attemptMs,
    random,
  });
  return new RefreshingTokenSource({
    source: exchange,
    clock,
    decisions,
    unauthorized: new UnauthorizedMemory(clock, decisions),
    refresh,
    flightMs: timeouts.flightMs,
    attempts: retry.attempts,
  });
}
