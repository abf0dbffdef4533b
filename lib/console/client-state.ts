import type {
  ExplainedStore,
  ExplainedToken,
  TokenExplanation,
} from '../token/token-explanation.js';
import { type ClientStatus, statusOf } from './client-status.js';
import type { HourState } from './last-hour.js';
import { WHY_HELD } from './plain-words.js';
import type { Decision } from './recent-decisions.js';
import type { TenantState } from './tenants-seen.js';

/** An origin that answered 401. */
export interface OriginState {
  readonly origin: string;
  /** How often, in the last hour. */
  readonly unauthorized: number;
  /** How many renewals in a row did not help. */
  readonly useless: number;
  readonly heldForMs: number;
}

/** What the page shows of a client: no token, no secret, and of the client id the beginning. */
export interface ClientState {
  readonly client: string;
  /** When this was so, in milliseconds since the epoch. */
  readonly nowMs: number;
  readonly status: ClientStatus;
  readonly mode: TokenExplanation['mode'];
  readonly clientId: string | undefined;
  readonly token: ExplainedToken | undefined;
  readonly isRefreshing: boolean;
  readonly hold:
    { readonly why: string; readonly remainingMs: number } | undefined;
  readonly budgetLeft: number | undefined;
  readonly store: ExplainedStore | undefined;
  readonly origins: readonly OriginState[];
  readonly hour: HourState;
  readonly decisions: readonly Decision[];
  readonly tenants:
    | { readonly inMemory: number; readonly shown: readonly TenantState[] }
    | undefined;
}

/** What was seen of a client through its events. */
export interface Seen {
  readonly hour: HourState;
  readonly unauthorizedBy: ReadonlyMap<string, number>;
  readonly decisions: readonly Decision[];
  readonly tenants: {
    readonly failing: number;
    readonly shown: readonly TenantState[];
  };
}

/** Puts together what the page shows of a client. */
export function clientState(
  client: string,
  nowMs: number,
  explanation: TokenExplanation,
  seen: Seen,
): ClientState {
  // What is said beside the number of tenants is about the one that happens to be current.
  const { mode, tenants } = explanation;
  const own =
    mode === 'tenants' ? { mode, tenants: tenants ?? 0 } : explanation;
  const heard = {
    failingTenants: seen.tenants.failing,
    wasUnauthorized: seen.unauthorizedBy.size > 0,
  };
  const { token, hold, store } = own;
  return {
    client,
    nowMs,
    status: statusOf(own, heard),
    mode,
    clientId: own.clientId && `${own.clientId.slice(0, 8)}…`,
    token,
    isRefreshing: own.isRefreshing === true,
    hold: hold && {
      why: WHY_HELD[hold.reason],
      remainingMs: hold.remainingMs,
    },
    budgetLeft: own.budgetLeft,
    store,
    origins: originStates(own, seen.unauthorizedBy),
    hour: seen.hour,
    decisions: seen.decisions,
    tenants:
      mode === 'tenants'
        ? { inMemory: tenants ?? 0, shown: seen.tenants.shown }
        : undefined,
  };
}

/**
 * What tells two states apart, whatever time has passed: all but time spans, which the page counts itself. Their names end
 * in `Ms`.
 */
export function keyOf(state: ClientState): string {
  return JSON.stringify(state, (name, value: unknown) =>
    name.endsWith('Ms') ? undefined : value,
  );
}

function originStates(
  { origins = [] }: TokenExplanation,
  unauthorizedBy: ReadonlyMap<string, number>,
): OriginState[] {
  const known = new Map(
    origins.map((explained) => [explained.origin, explained]),
  );
  return [...new Set([...unauthorizedBy.keys(), ...known.keys()])].map(
    (origin) => ({
      origin,
      unauthorized: unauthorizedBy.get(origin) ?? 0,
      useless: known.get(origin)?.useless ?? 0,
      heldForMs: known.get(origin)?.heldForMs ?? 0,
    }),
  );
}
