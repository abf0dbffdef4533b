import type { AccessToken } from './access-token.js';
import type { TokenExplanation } from './token-explanation.js';
import { TokenLayer } from './token-layer.js';
import type { GetTokenOptions } from './token-source.js';

/**
 * Always returns the one token that it was given, as the Cells container expects.
 *
 * The token has no lifetime and is never dropped: a caller whose request was answered 401 gets it again.
 */
export class StaticTokenSource extends TokenLayer {
  readonly #token: AccessToken;

  constructor(token: AccessToken) {
    super();
    this.#token = token;
  }

  override async getToken(options?: GetTokenOptions): Promise<AccessToken> {
    options?.signal?.throwIfAborted();
    return this.#token;
  }

  override peekToken(): AccessToken {
    return this.#token;
  }

  override explain(): TokenExplanation {
    return { mode: 'static' };
  }
}
