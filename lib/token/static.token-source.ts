import type { AccessToken } from './access-token.js';
import type { TokenExplanation } from './token-explanation.js';
import { type GetTokenOptions, TokenSource } from './token-source.js';

/**
 * Always answers the one token it was given, as the Cells container expects.
 *
 * The token has no lifetime and is never given up: who was refused with it gets it again.
 */
export class StaticTokenSource extends TokenSource {
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
