import {
  AsposeAuthError,
  AsposeAuthErrorCode,
  isAsposeAuthError,
} from '../errors/errors.js';
import type { AccessToken } from '../token/access-token.js';
import type { TokenExplanation } from '../token/token-explanation.js';
import type { TokenHold } from '../token/token-hold.js';
import { TokenLayer } from '../token/token-layer.js';
import type { GetTokenOptions, TokenSource } from '../token/token-source.js';
import type { TenantContext } from './tenant-context.js';
import type { TenantTower, TenantTowers } from './tenant-towers.js';
import { TokensOfCall } from './tokens-of-tenant.js';

/** Gives each caller the token of the current tenant, and without one none at all. */
export class TenantTokenSource extends TokenLayer {
  readonly #context: TenantContext;
  readonly #towers: TenantTowers;
  readonly #explainStore: () => Pick<TokenExplanation, 'store'>;

  /** @param explainStore - tells of the store that all tenants share. */
  constructor(
    context: TenantContext,
    towers: TenantTowers,
    explainStore: () => Pick<TokenExplanation, 'store'>,
  ) {
    super();
    this.#context = context;
    this.#towers = towers;
    this.#explainStore = explainStore;
  }

  /**
   * A caller that waits while its tenant is forgotten gets a token with the tenant's new credentials.
   *
   * @throws {AsposeAuthError} with `ASPOSE_AUTH_NO_TENANT`, when no tenant is current.
   */
  override async getToken(options?: GetTokenOptions): Promise<AccessToken> {
    const tenant = this.#context.current;
    if (tenant === undefined) throw noTenant(this.#context.isTold);
    for (;;) {
      const tower = this.#towers.use(tenant);
      try {
        // Nothing is awaited on the hot path: each promise costs, most of all where contexts are kept by async hooks.
        return tower.freshToken(options) ?? (await tower.getToken(options));
      } catch (error) {
        const wasForgotten =
          this.#towers.peek(tenant) !== tower &&
          isAsposeAuthError(error) &&
          error.code === AsposeAuthErrorCode.SHUT_DOWN;
        if (!wasForgotten) throw error;
      }
    }
  }

  override peekToken(): AccessToken | undefined {
    return this.#tower?.peekToken();
  }

  /** The tokens of the current tenant, whichever is current later. */
  override pin(): TokenSource {
    const tenant = this.#context.current;
    return tenant === undefined
      ? this
      : new TokensOfCall(this, this.#context, tenant);
  }

  override get clientId(): string | undefined {
    return this.#tower?.clientId;
  }

  override hold(): TokenHold | undefined {
    return this.#tower?.hold();
  }

  override explain(): TokenExplanation {
    return {
      ...this.#tower?.explain(),
      ...this.#explainStore(),
      acquisitions: this.#towers.acquisitions,
      mode: 'tenants',
      tenants: this.#towers.size,
    };
  }

  /** Of the current tenant or, without one, of all. */
  override reset(): void {
    const tenant = this.#context.current;
    if (tenant === undefined) this.#towers.reset();
    else this.#towers.peek(tenant)?.reset();
  }

  override close(): void {
    this.#towers.close();
    super.close();
  }

  get #tower(): TenantTower | undefined {
    const tenant = this.#context.current;
    return tenant === undefined ? undefined : this.#towers.peek(tenant);
  }
}

/** @param isTold - whether the app has the option `currentTenant`. */
function noTenant(isTold: boolean): AsposeAuthError {
  const where = isTold
    ? 'where the option tenants.currentTenant returns an id: here it returned none'
    : 'in a request behind AsposeTenantMiddleware, or behind AsposeTenantGuard and AsposeTenantInterceptor';
  return new AsposeAuthError(
    AsposeAuthErrorCode.NO_TENANT,
    `No tenant is current, so no token can be chosen. Call Aspose inside AsposeTenants.run(id, …), with the tokens of AsposeTenants.for(id), or ${where}.`,
  );
}
