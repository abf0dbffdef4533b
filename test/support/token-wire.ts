import { ManualTokenClock } from '../../lib/testing/manual-token-clock.js';
import type { ClientCredentialsInput } from '../../lib/credential/client-credentials.js';
import { clientCredentialsExchange } from '../../lib/client-credentials/client-credentials.exchange.js';
import { DEFAULT_RETRY } from '../../lib/credential/back-off.js';
import { AttemptSender } from '../../lib/credential/attempt-sender.js';
import { CredentialMemory } from '../../lib/credential/credential-memory.js';
import { CredentialTokenSource } from '../../lib/credential/credential.token-source.js';
import {
  type CredentialsFactory,
  CredentialsResolver,
} from '../../lib/credential/credentials-resolver.js';
import {
  type AsposeTokenEvent,
  DecisionLog,
} from '../../lib/token/token-event.js';
import { DEFAULT_REFRESH } from '../../lib/token/token-lifetime.js';
import { DEFAULT_QUERY_NAMES } from '../../lib/client-credentials/token-request.js';
import type { TokenRequest } from '../../lib/client-credentials/token-transport.js';
import type { TokenLayer } from '../../lib/token/token-layer.js';
import { type Answer, granted } from './token-tower.js';

/** The source that asks the token endpoint, alone: nothing above it caches or retries. */
export interface TokenWire {
  readonly source: TokenLayer;
  readonly clock: ManualTokenClock;
  readonly events: AsposeTokenEvent[];
  /** The token requests that were made, oldest first. */
  readonly requests: TokenRequest[];
  /** Answers the next requests, in order; those after get a token. */
  readonly script: Answer[];
}

/**
 * Builds the source over a scripted token endpoint.
 *
 * @param memory - what it shares with other sources, which go by the same clock.
 */
export function tokenWire({
  credentials = { clientId: 'client', clientSecret: 'secret' },
  random = () => 0.5,
  clock = new ManualTokenClock(),
  memory = new CredentialMemory(clock),
}: {
  credentials?: ClientCredentialsInput | CredentialsFactory;
  random?: () => number;
  clock?: ManualTokenClock;
  memory?: CredentialMemory;
} = {}): TokenWire {
  const events: AsposeTokenEvent[] = [];
  const requests: TokenRequest[] = [];
  const script: Answer[] = [];
  const decisions = new DecisionLog(clock, (event) => events.push(event));
  const endpoint = {
    url: 'https://id.example/connect/token?tenant=7',
    credentialsIn: 'form',
    queryNames: DEFAULT_QUERY_NAMES,
  } as const;
  const shared = {
    url: endpoint.url,
    clock,
    retry: DEFAULT_RETRY,
    attemptMs: 4_000,
    random,
  };
  const exchange = clientCredentialsExchange({
    endpoint,
    transport: async (request, ...signals) => {
      requests.push(request);
      const answer =
        script.shift() ?? (() => granted(`token-${requests.length}`));
      return answer(request, ...signals);
    },
    clock,
    decisions,
    refresh: DEFAULT_REFRESH,
    random,
  });
  const source = new CredentialTokenSource({
    ...shared,
    attempts: new AttemptSender({ ...shared, exchange }),
    credentials: new CredentialsResolver(credentials, clock),
    memory,
    decisions,
  });
  return { source, clock, events, requests, script };
}
