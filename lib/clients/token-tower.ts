import { clientCredentialsExchange } from '../client-credentials/client-credentials.exchange.js';
import type { TokenTransport } from '../client-credentials/token-transport.js';
import type { CredentialMemory } from '../credential/credential-memory.js';
import { CredentialTokenSource } from '../credential/credential.token-source.js';
import { CredentialsResolver } from '../credential/credentials-resolver.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RefreshingTokenSource } from '../refreshing/refreshing.token-source.js';
import { type AsposeTokenEvent, DecisionLog } from '../token/token-event.js';
import {
  DisabledTokenSource,
  StaticTokenSource,
} from '../token/static.token-source.js';
import type { TokenClock } from '../token/token-clock.js';
import type { TokenLayer } from '../token/token-layer.js';
import { UnrenewableTokenSource } from '../token/unrenewable.token-source.js';

/** What a tower is built of. */
export interface TowerParts {
  /** The name of the client that the tower is for. */
  readonly client: string;
  readonly options: ResolvedOptions;
  readonly clock: TokenClock;
  readonly memory: CredentialMemory;
  readonly transport: TokenTransport;
  readonly onEvent: (event: AsposeTokenEvent) => void;
  readonly random?: () => number;
}

/** Builds the tower of token layers that a client's options ask for. */
export function buildTokenTower({
  client,
  options: { auth, endpoint, refresh, retry, timeouts },
  clock,
  memory,
  transport,
  onEvent,
  random = Math.random,
}: TowerParts): TokenLayer {
  if (auth.mode === 'disabled') return new DisabledTokenSource();
  const decisions = new DecisionLog(clock, onEvent, client);
  if (auth.mode === 'static')
    return new UnrenewableTokenSource(
      new StaticTokenSource(auth.token),
      clock,
      decisions,
    );

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
    refresh,
    flightMs: timeouts.flightMs,
    attempts: retry.attempts,
  });
}
