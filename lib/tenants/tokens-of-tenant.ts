import type { AccessToken } from '../token/access-token.js';
import type { TokenExplanation } from '../token/token-explanation.js';
import type { TokenHold } from '../token/token-hold.js';
import { DelegatingTokenLayer, type TokenLayer } from '../token/token-layer.js';
import type { GetTokenOptions, TokenSource } from '../token/token-source.js';
import type { TenantContext } from './tenant-context.js';

/** The tokens of one tenant, whichever tenant is current. */
export class TokensOfTenant extends DelegatingTokenLayer {
  readonly #tenant: string;

  constructor(
    below: TokenLayer,
    protected readonly context: TenantContext,
    tenant: string,
  ) {
    super(below);
    this.#tenant = tenant;
  }

  override getToken(options?: GetTokenOptions): Promise<AccessToken> {
    return this.runPinned(() => super.getToken(options));
  }

  override peekToken(): AccessToken | undefined {
    return this.runPinned(() => super.peekToken());
  }

  override get allowedOrigins(): readonly string[] | undefined {
    return this.below.allowedOrigins;
  }

  override pin(): TokenSource {
    return this;
  }

  override runPinned<T>(call: () => T): T {
    return this.context.run(this.#tenant, call);
  }

  override get clientId(): string | undefined {
    return this.runPinned(() => super.clientId);
  }

  override hold(): TokenHold | undefined {
    return this.runPinned(() => super.hold());
  }

  override explain(): TokenExplanation {
    return this.runPinned(() => super.explain());
  }

  override reset(): void {
    this.runPinned(() => super.reset());
  }

  /** Does nothing: the client, which other tenants have as well, is closed with the app. */
  override close(): void {}
}

/** The tokens of the tenant that a call begins with, whichever is current later, unless the call itself enters another. */
export class TokensOfCall extends TokensOfTenant {
  readonly #entered = this.context.entered;

  override pin(): TokenSource {
    return this.context.entered === this.#entered ? this : this.below.pin();
  }
}
