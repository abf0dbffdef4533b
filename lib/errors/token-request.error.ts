import { AsposeAuthErrorCode } from './aspose-auth-error-code.js';
import {
  AsposeAuthError,
  type AsposeAuthErrorDetails,
} from './aspose-auth.error.js';

/**
 * What a failed token request means for the next one.
 *
 * - `refused`: the credentials are wrong; asking again does harm
 * - `throttled`: the endpoint limits the rate of requests
 * - `transient`: the next try may succeed
 */
export type TokenRequestFailure = 'refused' | 'throttled' | 'transient';

/** What a {@link TokenRequestError} knows besides its code and message. */
export interface TokenRequestErrorDetails extends AsposeAuthErrorDetails {
  /** What the failure means for the next request. */
  readonly failure: TokenRequestFailure;
  /** The HTTP status of the answer, if there was one. */
  readonly status?: number | undefined;
  /** The OAuth error code of the answer, such as `invalid_client`. */
  readonly oauthError?: string | undefined;
  /**
   * How many requests were made.
   *
   * @default 1
   */
  readonly attempts?: number;
}

/** Thrown when the token endpoint was asked and gave no usable token, or the `credentials` function no usable pair. */
export class TokenRequestError extends AsposeAuthError {
  /** What the failure means for the next request. */
  readonly failure: TokenRequestFailure;
  /** The HTTP status of the answer; undefined when none arrived. */
  declare readonly status?: number;
  /**
   * The error code of the answer, such as `invalid_client`.
   *
   * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
   */
  declare readonly oauthError?: string;
  /** How many token requests were made before giving up. */
  readonly attempts: number;

  constructor(
    code: AsposeAuthErrorCode,
    message: string,
    details: TokenRequestErrorDetails,
  ) {
    super(code, message, details);
    this.failure = details.failure;
    this.attempts = details.attempts ?? 1;
    if (details.status !== undefined) this.status = details.status;
    if (details.oauthError !== undefined) this.oauthError = details.oauthError;
  }

  /** The failure of a token request that took too long. */
  static timeout(what: string, limitMs: number): TokenRequestError {
    return new TokenRequestError(
      AsposeAuthErrorCode.TOKEN_REQUEST_TIMEOUT,
      `The token endpoint ${what} within ${limitMs} ms.`,
      { failure: 'transient' },
    );
  }

  /** A copy with the caller's attempts or wait. */
  with(
    seen: Pick<TokenRequestErrorDetails, 'attempts' | 'retryAfterMs'>,
  ): TokenRequestError {
    return new TokenRequestError(this.code, this.message, {
      failure: this.failure,
      status: this.status,
      oauthError: this.oauthError,
      attempts: this.attempts,
      retryAfterMs: this.retryAfterMs,
      cause: this.cause,
      ...seen,
    });
  }
}
