import type { AccessToken } from './access-token.js';
import { announceClosing } from './closing.js';
import type { TokenExplanation } from './token-explanation.js';
import { TokenLayer } from './token-layer.js';
import type { GetTokenOptions, TokenSource } from './token-source.js';

/** Completes what a test has put in place of the tokens: it may have only the methods that the test needs. */
export function completeSource(source: TokenSource): TokenLayer {
  return source instanceof TokenLayer ? source : new StandIn(source);
}

class StandIn extends TokenLayer {
  readonly #given: Pick<TokenSource, 'getToken'> & Partial<TokenLayer>;

  constructor(given: Pick<TokenSource, 'getToken'> & Partial<TokenLayer>) {
    super();
    this.#given = given;
  }

  override async getToken(options?: GetTokenOptions): Promise<AccessToken> {
    return this.#given.getToken(options);
  }

  override peekToken(): AccessToken | undefined {
    return this.#given.peekToken?.();
  }

  override get allowedOrigins(): readonly string[] | undefined {
    return this.#given.allowedOrigins;
  }

  override explain(): TokenExplanation {
    return this.#given.explain?.() ?? super.explain();
  }

  /** The app may have attached the stand-in itself to an HTTP client. */
  override close(): void {
    this.#given.close?.();
    announceClosing(this.#given);
    super.close();
  }
}
