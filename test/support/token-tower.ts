import { buildTokenTower } from '../../lib/clients/token-tower.js';
import { CredentialMemory } from '../../lib/credential/credential-memory.js';
import type { AsposeAuthModuleOptions } from '../../lib/options/aspose-auth-options.interface.js';
import { resolveOptions } from '../../lib/options/resolve-options.js';
import { ManualTokenClock } from '../../lib/testing/manual-token-clock.js';
import { StoreAccesses } from '../../lib/store/store-access.js';
import { TenantContext } from '../../lib/tenants/tenant-context.js';
import type { TokenClock } from '../../lib/token/token-clock.js';
import type { AsposeTokenEvent } from '../../lib/token/token-event.js';
import type {
  TokenRequest,
  TokenResponse,
} from '../../lib/client-credentials/token-transport.js';
import type { TokenLayer } from '../../lib/token/token-layer.js';

/** The pauses after one, two and three failures in a row, in milliseconds, where 0.5 is drawn. */
export const PAUSES_MS = [875, 1_750, 3_500] as const;

/** Answers one token request; may take its time, and sees the signals that call it off and that its time is up. */
export type Answer = (
  request: TokenRequest,
  signal: AbortSignal,
  overdue?: AbortSignal,
) => TokenResponse | Promise<TokenResponse>;

/** The engine as the module builds it, over a scripted token endpoint and a clock that is turned by hand. */
export interface TokenTower {
  readonly tokens: TokenLayer;
  readonly clock: ManualTokenClock;
  readonly events: AsposeTokenEvent[];
  /** The token requests that were made, oldest first. */
  readonly requests: TokenRequest[];
  /** Answers the next requests, in order, in place of {@link TokenTower.answer}. */
  readonly script: Answer[];
  /** Answers all requests that are not scripted. */
  answer: Answer;
}

/** What an engine is built with. */
export interface TowerSurroundings {
  readonly random?: () => number;
  readonly lifetimeSeconds?: number;
  readonly clock?: ManualTokenClock;
  readonly engineClock?: TokenClock;
  readonly memory?: CredentialMemory;
  readonly stores?: StoreAccesses;
  readonly tenants?: TenantContext;
}

/**
 * Builds the engine.
 *
 * @param random - what the engine draws; 0.5 unless told otherwise.
 * @param engineClock - the engine's own view of the clock; the clock itself unless told otherwise.
 * @param memory - what it shares with other engines, which go by the same clock.
 * @param tenants - knows which tenant is current.
 */
export function tokenTower(
  options: AsposeAuthModuleOptions = {},
  {
    random = () => 0.5,
    lifetimeSeconds = 3600,
    clock = new ManualTokenClock(),
    engineClock = clock,
    memory = new CredentialMemory(engineClock),
    stores = new StoreAccesses(engineClock),
    tenants = new TenantContext(),
  }: TowerSurroundings = {},
): TokenTower {
  const requests: TokenRequest[] = [];
  const events: AsposeTokenEvent[] = [];
  const tower: TokenTower = {
    clock,
    requests,
    events,
    script: [],
    answer: () => granted(`token-${requests.length}`, lifetimeSeconds),
    tokens: buildTokenTower({
      client: 'default',
      options: resolveOptions({
        ...(options.credentials === undefined && options.tenants === undefined
          ? { clientId: 'client', clientSecret: 'secret' }
          : {}),
        ...options,
      }),
      clock: engineClock,
      memory,
      stores,
      tenants,
      transport: async (request, ...signals) => {
        requests.push(request);
        return (tower.script.shift() ?? tower.answer)(request, ...signals);
      },
      onEvent: (event) => events.push(event),
      random,
    }),
  };
  return tower;
}

/** A token as Aspose grants it. */
export function granted(token: string, lifetimeSeconds = 3600): TokenResponse {
  return json(200, {
    access_token: token,
    expires_in: lifetimeSeconds,
    token_type: 'Bearer',
  });
}

/** A refusal as Aspose gives it. */
export function refused(): TokenResponse {
  return json(400, { error: 'invalid_client' });
}

/** Any JSON answer. */
export function json(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): TokenResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** Never answers, until it is called off. */
export function silence(
  _request: TokenRequest,
  signal: AbortSignal,
): Promise<TokenResponse> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
