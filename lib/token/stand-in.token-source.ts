import type { AccessToken } from './access-token.js';
import { announceClosing } from './closing.js';
import { TokenLayer } from './token-layer.js';
import type { GetTokenOptions, TokenSource } from './token-source.js';

/**
 * Completes what a test has put in place of a token source, which may have only the methods that the test needs.
 *
 * @param allowedOrigins - where the tokens may be sent, unless the stand-in says so itself.
 */
export function completeSource(
  source: TokenSource,
  allowedOrigins: readonly string[],
): TokenLayer {
  return source instanceof TokenLayer
    ? source
    : new StandIn(source, allowedOrigins);
}

type IncompleteSource = Pick<TokenSource, 'getToken'> & Partial<TokenLayer>;

class StandIn extends TokenLayer {
  readonly #given: IncompleteSource;
  readonly #allowedOrigins: readonly string[];

  constructor(given: IncompleteSource, allowedOrigins: readonly string[]) {
    super();
    this.#given = given;
    this.#allowedOrigins = given.allowedOrigins ?? allowedOrigins;
  }

  override async getToken(options?: GetTokenOptions): Promise<AccessToken> {
    return this.#given.getToken(options);
  }

  override peekToken(): AccessToken | undefined {
    return this.#given.peekToken?.();
  }

  override get allowedOrigins(): readonly string[] {
    return this.#allowedOrigins;
  }

  /** The app may have attached the stand-in itself to an HTTP client. */
  override close(): void {
    this.#given.close?.();
    announceClosing(this.#given);
    super.close();
  }
}
