import type { AccessToken } from '../token/access-token.js';
import type { TokenExplanation } from '../token/token-explanation.js';
import type { TokenHold } from '../token/token-hold.js';
import { DelegatingTokenLayer, type TokenLayer } from '../token/token-layer.js';
import type { GetTokenOptions, TokenSource } from '../token/token-source.js';
import type { TenantContext } from './tenant-context.js';

/** The tokens of one tenant, whichever tenant is current. */
export class TokensOfTenant extends DelegatingTokenLayer {
  readonly #context: TenantContext;
  readonly #tenant: string;

  constructor(below: TokenLayer, context: TenantContext, tenant: string) {
    super(below);
    this.#context = context;
    this.#tenant = tenant;
  }

  override getToken(options?: GetTokenOptions): Promise<AccessToken> {
    return this.#run(() => super.getToken(options));
  }

  override peekToken(): AccessToken | undefined {
    return this.#run(() => super.peekToken());
  }

  override get allowedOrigins(): readonly string[] | undefined {
    return this.below.allowedOrigins;
  }

  override pin(): TokenSource {
    return this;
  }

  override get clientId(): string | undefined {
    return this.#run(() => super.clientId);
  }

  override hold(): TokenHold | undefined {
    return this.#run(() => super.hold());
  }

  override explain(): TokenExplanation {
    return this.#run(() => super.explain());
  }

  override reset(): void {
    this.#run(() => super.reset());
  }

  #run<T>(call: () => T): T {
    return this.#context.run(this.#tenant, call);
  }
}
