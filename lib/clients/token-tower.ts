import { clientCredentialsExchange } from '../client-credentials/client-credentials.exchange.js';
import type { TokenTransport } from '../client-credentials/token-transport.js';
import { AttemptSender } from '../credential/attempt-sender.js';
import type { CredentialMemory } from '../credential/credential-memory.js';
import { CredentialTokenSource } from '../credential/credential.token-source.js';
import { publishedExchange } from '../credential/fetch-channel.js';
import { CredentialsResolver } from '../credential/credentials-resolver.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RefreshingTokenSource } from '../refreshing/refreshing.token-source.js';
import { SharedAttempts } from '../store/shared-attempts.js';
import { StoreAccesses } from '../store/store-access.js';
import { TenantCredentialsResolver } from '../tenants/tenant-credentials.js';
import { TenantTokenSource } from '../tenants/tenant.token-source.js';
import { TenantTowers } from '../tenants/tenant-towers.js';
import { TenantContext } from '../tenants/tenant-context.js';
import type { TenantOptions } from '../tenants/tenant-settings.js';
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
  /** The stores that processes share; one for an app. */
  readonly stores?: StoreAccesses;
  /** Which tenant is current; one for an app. */
  readonly tenants?: TenantContext;
  readonly transport: TokenTransport;
  readonly onEvent: (event: AsposeTokenEvent) => void;
  readonly random?: () => number;
}

/** Builds the tower of token layers that a client's options ask for. */
export function buildTokenTower(parts: TowerParts): TokenLayer {
  const { auth } = parts.options;
  const { client, clock, onEvent } = parts;
  if (auth.mode === 'disabled') return new DisabledTokenSource();
  if (auth.mode === 'tenants') return tenantTower(parts, auth.tenants);
  const decisions = new DecisionLog(clock, onEvent, client);
  if (auth.mode === 'static')
    return new UnrenewableTokenSource(
      new StaticTokenSource(auth.token),
      clock,
      decisions,
    );
  const credentials = new CredentialsResolver(auth.credentials, clock);
  return credentialTower(parts, credentials, decisions);
}

function tenantTower(
  parts: TowerParts,
  settings: TenantOptions,
): TenantTokenSource {
  const {
    client,
    clock,
    onEvent,
    options: { store },
    stores = new StoreAccesses(clock),
    tenants = new TenantContext(),
  } = parts;
  tenants.detectBy(settings, client);
  const towers = new TenantTowers(settings, clock, (tenant) => {
    const lookUp = async (context: { signal: AbortSignal }) => {
      // Who turned out to be unknown is not looked up again for who waits still.
      const pair =
        towers.peek(tenant) === tower
          ? await settings.credentials(tenant, context)
          : undefined;
      if (pair === undefined || pair === null)
        throw towers.dismiss(tenant, tower);
      towers.admit(tenant, tower);
      return pair;
    };
    const tower = credentialTower(
      { ...parts, stores },
      new TenantCredentialsResolver(lookUp, clock),
      new DecisionLog(clock, onEvent, client, tenant),
    );
    return tower;
  });
  tenants.onForget((tenant) => towers.forget(tenant));
  return new TenantTokenSource(tenants, towers, () => ({
    ...(store === undefined ? {} : { store: stores.of(store).explain() }),
  }));
}

/** The layers that get tokens with one pair at a time. */
function credentialTower(
  {
    options: { endpoint, refresh, retry, store, timeouts },
    clock,
    memory,
    stores = new StoreAccesses(clock),
    transport,
    random = Math.random,
  }: TowerParts,
  credentials: CredentialsResolver,
  decisions: DecisionLog,
): RefreshingTokenSource {
  const shared = {
    url: endpoint.url,
    clock,
    retry,
    attemptMs: timeouts.attemptMs,
    random,
  };
  const alone = new AttemptSender({
    ...shared,
    exchange: publishedExchange(
      clientCredentialsExchange({
        endpoint,
        transport,
        clock,
        decisions,
        refresh,
        random,
      }),
      decisions.whose,
      clock,
    ),
  });
  const attempts =
    store === undefined
      ? alone
      : new SharedAttempts({
          alone,
          access: stores.of(store),
          url: endpoint.url,
          clock,
          decisions,
          refresh,
          random,
        });
  const source = new CredentialTokenSource({
    ...shared,
    attempts,
    credentials,
    memory,
    decisions,
  });
  return new RefreshingTokenSource({
    source,
    clock,
    decisions,
    refresh,
    flightMs: timeouts.flightMs,
    attempts: retry.attempts,
  });
}
