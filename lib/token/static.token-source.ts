import { AsposeAuthErrorCode, AsposeAuthError } from '../errors/errors.js';
import type { AccessToken } from './access-token.js';
import type { TokenExplanation } from './token-explanation.js';
import { TokenLayer } from './token-layer.js';
import { assertMinimum } from './token-lifetime.js';
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
    assertMinimum(options?.minValidityMs ?? 0);
    return this.#token;
  }

  override peekToken(): AccessToken {
    return this.#token;
  }

  override explain(): TokenExplanation {
    return { mode: 'static' };
  }
}

/** For an API that needs no token: a self-hosted one without authentication. */
export class DisabledTokenSource extends TokenLayer {
  override async getToken(): Promise<AccessToken> {
    throw new AsposeAuthError(
      AsposeAuthErrorCode.DISABLED,
      "There is no access token: AsposeAuthModule is configured with auth: 'none'. " +
        'Call the API without one, or configure clientId and clientSecret.',
    );
  }

  override get isDisabled(): boolean {
    return true;
  }

  override explain(): TokenExplanation {
    return { mode: 'disabled' };
  }
}
