import { Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';

import type { AccessToken } from '../token/access-token.js';
import type { AsposeTokenEvent } from '../token/token-event.js';
import type { TokenExplanation } from '../token/token-explanation.js';
import { DelegatingTokenLayer, type TokenLayer } from '../token/token-layer.js';
import type { GetTokenOptions, TokenSource } from '../token/token-source.js';

/**
 * Hands out valid Aspose access tokens.
 *
 * Safe to call concurrently and as often as you like: at most one token request is under way at a time, and almost
 * every call is answered from memory.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class BarcodeService {
 *   constructor(private readonly tokens: AsposeTokenService) {}
 *
 *   async headers() {
 *     return { Authorization: await this.tokens.getAuthorizationHeader() };
 *   }
 * }
 * ```
 */
@Injectable()
export class AsposeTokenService extends DelegatingTokenLayer {
  /**
   * What happens to this client's tokens: fetched, refreshed, unauthorized and so on. Does not complete.
   *
   * A subscriber that throws disturbs no token, but RxJS reports it as an uncaught exception: catch what may fail.
   */
  readonly events$: Observable<AsposeTokenEvent>;

  private readonly client: string;
  private readonly origins: readonly string[];

  constructor(
    client: string,
    tower: TokenLayer,
    events$: Observable<AsposeTokenEvent>,
    allowedOrigins: readonly string[],
  ) {
    super(tower);
    this.client = client;
    this.events$ = events$;
    this.origins = allowedOrigins;
  }

  /**
   * Returns a token that may be sent now.
   *
   * Answered from memory while the token is fresh; a newer one is fetched before it expires, in the background. While a
   * valid token exists, no failure of the token endpoint reaches a caller, except one that asks for a `minValidityMs`
   * that the token does not meet.
   *
   * @throws {TokenRequestError} when the token endpoint was asked and gave no usable token.
   * @throws {TokenUnavailableError} when no token request is allowed now; `retryAfterMs` says when the next one is.
   * @throws {InvalidOptionsError} when `minValidityMs` is not a number from 0 up.
   * @throws {AsposeAuthError} with `auth: 'none'`, and without a token once the app has shut down.
   * @throws the reason of the `signal`, once it aborts.
   */
  override getToken(options?: GetTokenOptions): Promise<AccessToken> {
    return super.getToken(options);
  }

  /**
   * Returns the value of an `Authorization` header: `Bearer` and the token, in clear.
   *
   * @throws {AsposeAuthError} as {@link AsposeTokenService.getToken} does.
   */
  async getAuthorizationHeader(options?: GetTokenOptions): Promise<string> {
    const token = await this.getToken(options);
    return `Bearer ${token.value}`;
  }

  override pin(): TokenSource {
    const pinned = this.below.pin();
    return pinned === this.below ? this : pinned;
  }

  override explain(): TokenExplanation {
    return { client: this.client, ...super.explain() };
  }

  /** The origins that may receive the token: the option `allowedOrigins`. */
  override get allowedOrigins(): readonly string[] {
    return this.origins;
  }
}
