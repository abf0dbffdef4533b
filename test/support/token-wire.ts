import { ManualTokenClock } from '../../lib/testing/manual-token-clock.js';
import type { ClientCredentialsInput } from '../../lib/credential/client-credentials.js';
import { ClientCredentialsTokenSource } from '../../lib/client-credentials/client-credentials.token-source.js';
import {
  type CredentialsFactory,
  CredentialsResolver,
} from '../../lib/credential/credentials-resolver.js';
import { DecisionLog } from '../../lib/token/decision-log.js';
import {
  DEFAULT_RETRY,
  FailureMemory,
} from '../../lib/credential/failure-memory.js';
import type { AsposeTokenEvent } from '../../lib/token/token-event.js';
import { DEFAULT_REFRESH } from '../../lib/token/token-lifetime.js';
import { TokenRequestBudget } from '../../lib/credential/request-budget.js';
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

/** Builds the source over a scripted token endpoint. */
export function tokenWire({
  credentials = { clientId: 'client', clientSecret: 'secret' },
  random = () => 0.5,
}: {
  credentials?: ClientCredentialsInput | CredentialsFactory;
  random?: () => number;
} = {}): TokenWire {
  const clock = new ManualTokenClock();
  const events: AsposeTokenEvent[] = [];
  const requests: TokenRequest[] = [];
  const script: Answer[] = [];
  const source = new ClientCredentialsTokenSource({
    endpoint: {
      url: 'https://id.example/connect/token?tenant=7',
      credentialsIn: 'form',
      queryNames: DEFAULT_QUERY_NAMES,
    },
    credentials: new CredentialsResolver(credentials, clock),
    transport: async (request, signal) => {
      requests.push(request);
      const answer =
        script.shift() ?? (() => granted(`token-${requests.length}`));
      return answer(request, signal);
    },
    clock,
    failures: new FailureMemory(clock, random, DEFAULT_RETRY),
    budget: new TokenRequestBudget(clock),
    decisions: new DecisionLog(clock, (event) => events.push(event)),
    refresh: DEFAULT_REFRESH,
    attemptMs: 4_000,
    random,
  });
  return { source, clock, events, requests, script };
}
