import { AsposeAuthError, AsposeAuthErrorCode } from '../errors/errors.js';
import type { AccessToken } from './access-token.js';
import type { TokenExplanation } from './token-explanation.js';
import { TokenLayer } from './token-layer.js';

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
