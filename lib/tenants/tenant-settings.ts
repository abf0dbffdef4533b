import type { ClientCredentialsInput } from '../credential/client-credentials.js';
import type { TenantDetection } from './tenant-context.js';

/**
 * Returns the client id and secret of a tenant, or undefined if there is no such tenant.
 *
 * Called before a tenant's token is fetched or renewed, at most once in 5 s for each tenant. If it fails, the tenant's
 * last pair is used.
 */
export type TenantCredentials = (
  tenant: string,
  context: {
    /** Aborts when nobody waits for the answer any longer. */
    readonly signal: AbortSignal;
  },
) =>
  | ClientCredentialsInput
  | undefined
  | Promise<ClientCredentialsInput | undefined>;

/** How many tenants are kept in memory. */
export interface TenantLimits {
  /**
   * How many tenants have a token in memory. For a further one, the tenant that was used longest ago makes room. While all of
   * them are fetching a token, there may be twice as many.
   *
   * @default 1000
   */
  readonly max: number;
  /**
   * How long a tenant that is not used keeps its token, in milliseconds.
   *
   * @default 3600000
   */
  readonly idleMs: number;
}

/** The defaults of {@link TenantLimits}. */
export const DEFAULT_TENANT_LIMITS: TenantLimits = {
  max: 1_000,
  idleMs: 3_600_000,
};

/** A way to authenticate: each tenant of the app has credentials of its own. */
export interface TenantSettings extends TenantDetection {
  /**
   * Returns the `{ clientId, clientSecret }` of a tenant, or undefined if there is no such tenant. Called before a token of the
   * tenant is fetched or renewed, at most once in 5 s.
   */
  readonly credentials: TenantCredentials;
  /** {@inheritDoc TenantLimits.max} */
  readonly max?: number | undefined;
  /** {@inheritDoc TenantLimits.idleMs} */
  readonly idleMs?: number | undefined;
}

/** The same, with every default filled in. */
export interface TenantOptions extends TenantDetection, TenantLimits {
  readonly credentials: TenantCredentials;
}
