/**
 * The stable code of each failure: codes are for programs, messages for people.
 *
 * @example
 * ```ts
 * if (isAsposeAuthError(error) && error.code === AsposeAuthErrorCode.CREDENTIALS_REFUSED) {
 *   pager.notify('Aspose refuses our client id or secret');
 * }
 * ```
 */
export const AsposeAuthErrorCode = {
  /** An option is missing, unknown or unusable; every problem is listed in the message. */
  INVALID_OPTIONS: 'ASPOSE_AUTH_INVALID_OPTIONS',
  /** The module was registered a second time in one app. */
  DUPLICATE_REGISTRATION: 'ASPOSE_AUTH_DUPLICATE_REGISTRATION',
  /** A client was asked for by a name that none is registered under, or before it was made. */
  UNKNOWN_CLIENT: 'ASPOSE_AUTH_UNKNOWN_CLIENT',
  /** A token was asked for while no tenant was current. */
  NO_TENANT: 'ASPOSE_AUTH_NO_TENANT',
  /** The option `tenants.credentials` has no credentials for the tenant. */
  UNKNOWN_TENANT: 'ASPOSE_AUTH_UNKNOWN_TENANT',
  /** The tokens of more than twice `tenants.max` tenants would be fetched at once. */
  TENANT_LIMIT: 'ASPOSE_AUTH_TENANT_LIMIT',
  /** A token was asked for although `auth: 'none'` is configured. */
  DISABLED: 'ASPOSE_AUTH_DISABLED',
  /** The app has shut down, and starts no more token requests. */
  SHUT_DOWN: 'ASPOSE_AUTH_SHUT_DOWN',

  /** The token endpoint answered 4xx: the client id or secret is wrong or, where the answer has no OAuth error, the endpoint's URL. */
  CREDENTIALS_REFUSED: 'ASPOSE_AUTH_CREDENTIALS_REFUSED',
  /** The token endpoint answered 3xx; following it would send the secret elsewhere. */
  TOKEN_REQUEST_REDIRECTED: 'ASPOSE_AUTH_TOKEN_REQUEST_REDIRECTED',
  /** The token endpoint limits the rate of requests: 429, or 503 with `Retry-After`. */
  THROTTLED: 'ASPOSE_AUTH_THROTTLED',
  /** The token endpoint could not be reached. */
  TOKEN_ENDPOINT_UNREACHABLE: 'ASPOSE_AUTH_TOKEN_ENDPOINT_UNREACHABLE',
  /** The token endpoint did not answer in time. */
  TOKEN_REQUEST_TIMEOUT: 'ASPOSE_AUTH_TOKEN_REQUEST_TIMEOUT',
  /** The token endpoint answered with a failure of its own: 5xx, 408 or 425. */
  TOKEN_ENDPOINT_FAILED: 'ASPOSE_AUTH_TOKEN_ENDPOINT_FAILED',
  /** The function given as `credentials` failed, or returned something unusable. */
  CREDENTIALS_UNAVAILABLE: 'ASPOSE_AUTH_CREDENTIALS_UNAVAILABLE',

  /** The token endpoint answered 200 with nothing in it. */
  RESPONSE_EMPTY: 'ASPOSE_AUTH_RESPONSE_EMPTY',
  /** The token endpoint's answer is larger than 64 KiB. */
  RESPONSE_TOO_LARGE: 'ASPOSE_AUTH_RESPONSE_TOO_LARGE',
  /** The token endpoint's answer is neither JSON nor a JWT. */
  RESPONSE_NOT_JSON: 'ASPOSE_AUTH_RESPONSE_NOT_JSON',
  /** The token endpoint's answer is a 200 that carries an `error`. */
  RESPONSE_CARRIES_ERROR: 'ASPOSE_AUTH_RESPONSE_CARRIES_ERROR',
  /** The token endpoint's answer has no access token, or one that is not a string. */
  TOKEN_MISSING: 'ASPOSE_AUTH_TOKEN_MISSING',
  /** The access token is longer than 32 KiB. */
  TOKEN_TOO_LONG: 'ASPOSE_AUTH_TOKEN_TOO_LONG',
  /** The access token has characters that RFC 6750 does not allow in a header. */
  TOKEN_MALFORMED: 'ASPOSE_AUTH_TOKEN_MALFORMED',
  /** The token's type is not Bearer. */
  TOKEN_TYPE_UNSUPPORTED: 'ASPOSE_AUTH_TOKEN_TYPE_UNSUPPORTED',
  /** The token's lifetime is not a whole number of seconds from 1 up. */
  LIFETIME_INVALID: 'ASPOSE_AUTH_LIFETIME_INVALID',
  /** The token endpoint handed out a token that ends within the second (`expires_in: 0`): another follows it. */
  TOKEN_ENDING: 'ASPOSE_AUTH_TOKEN_ENDING',
  /** The token had already expired when it arrived. */
  EXPIRED_ON_ARRIVAL: 'ASPOSE_AUTH_EXPIRED_ON_ARRIVAL',

  /** No valid token is available, and no token request is permitted for `retryAfterMs`. */
  TOKEN_UNAVAILABLE: 'ASPOSE_AUTH_TOKEN_UNAVAILABLE',
  /** The runaway guard holds back a token request: too many were made before. */
  BUDGET_EXHAUSTED: 'ASPOSE_AUTH_BUDGET_EXHAUSTED',

  /** A request would have taken the token to a host that is not allowed. */
  FOREIGN_ORIGIN: 'ASPOSE_AUTH_FOREIGN_ORIGIN',
  /** An API answered 401 to the token, and no other may be fetched now. */
  TOKEN_UNAUTHORIZED: 'ASPOSE_AUTH_TOKEN_UNAUTHORIZED',
  /** `@AsposeToken()` is used on a handler that no `AsposeTokenGuard` guards. */
  UNGUARDED: 'ASPOSE_AUTH_UNGUARDED',
  /** An app under test tried to call a host other than this machine. */
  NETWORK_BLOCKED: 'ASPOSE_AUTH_NETWORK_BLOCKED',
  /** The body of a request is a stream that had been read, had failed or had been closed before the call. */
  BODY_USED_UP: 'ASPOSE_AUTH_BODY_USED_UP',
  /** A call to Aspose was given up, as no byte had passed in either direction for `idleTimeoutMs`. */
  IDLE_TIMEOUT: 'ASPOSE_AUTH_IDLE_TIMEOUT',
  /** A request carries the printed form of a token instead of the token. */
  REDACTED_AUTHORIZATION: 'ASPOSE_AUTH_REDACTED_AUTHORIZATION',
} as const;

/** One of the codes in {@link AsposeAuthErrorCode:variable}. */
export type AsposeAuthErrorCode =
  (typeof AsposeAuthErrorCode)[keyof typeof AsposeAuthErrorCode];

/** What an {@link AsposeAuthError} knows besides its code and message. */
export interface AsposeAuthErrorDetails {
  /** What led to it. Never an error of an HTTP client: those print the secret. */
  readonly cause?: unknown;
  /** In how many milliseconds another try may succeed. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The base of every error that this package throws, and itself thrown where no token was being fetched. What to do depends
 * on its `code`.
 *
 * Neither its message nor anything it holds contains a token or a secret.
 */
export class AsposeAuthError extends Error {
  /** Tells failures apart without reading the message. */
  readonly code: AsposeAuthErrorCode;

  /** In how many milliseconds another try may succeed; undefined where waiting does not help. */
  declare readonly retryAfterMs?: number;

  constructor(
    code: AsposeAuthErrorCode,
    message: string,
    details: AsposeAuthErrorDetails = {},
  ) {
    super(
      message,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.name = new.target.name;
    this.code = code;
    if (details.retryAfterMs !== undefined)
      this.retryAfterMs = details.retryAfterMs;
  }
}

/**
 * Tells whether an unknown value is an error of this package.
 *
 * Checks the code, not the class: so it works across two installed copies.
 */
export function isAsposeAuthError(error: unknown): error is AsposeAuthError {
  const code: unknown =
    error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.startsWith('ASPOSE_AUTH_');
}

/**
 * What a failed token request means for the next one.
 *
 * - `refused`: the credentials are wrong; asking again does harm
 * - `throttled`: the endpoint limits the rate of requests
 * - `ending`: the endpoint handed out a token in its last second; once that is over, it hands out another
 * - `transient`: the next try may succeed
 */
export type TokenRequestFailure =
  'refused' | 'throttled' | 'ending' | 'transient';

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

/**
 * Thrown when the token endpoint was asked and gave no usable token, or the `credentials` function no usable pair. What to do
 * depends on its `failure`: do not ask again when that is `refused`.
 */
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
    const { code, message, ...details }: TokenRequestError = this;
    const { cause } = this;
    return new TokenRequestError(code, message, { ...details, cause, ...seen });
  }
}

/** Thrown when there is no valid token, and no token request is permitted yet. Try again after `retryAfterMs`. */
export class TokenUnavailableError extends AsposeAuthError {
  constructor(
    message: string,
    details: AsposeAuthErrorDetails,
    code: AsposeAuthErrorCode = AsposeAuthErrorCode.TOKEN_UNAVAILABLE,
  ) {
    super(code, message, details);
  }
}

/** Thrown at boot, or by a call that takes options. Lists every option that cannot be used, and what to do about it. */
export class InvalidOptionsError extends AsposeAuthError {
  /** One sentence per problem, each naming its option. */
  readonly problems: readonly string[];

  /** @param what - what cannot be done: the message begins with it. */
  constructor(
    what: string,
    problems: readonly string[],
    code: AsposeAuthErrorCode = AsposeAuthErrorCode.INVALID_OPTIONS,
  ) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('');
    super(code, `${what}:${list}`);
    this.problems = problems;
  }
}

/** Thrown instead of sending a token to a host that is not allowed. Use another client for it, or extend `allowedOrigins`. */
export class ForeignOriginError extends AsposeAuthError {
  /** Scheme, host and port of the request that was not made. */
  readonly origin: string;

  /** @param otherwise - what to do if the origin should not be allowed. */
  constructor(
    origin: string,
    allowedOrigins: readonly string[],
    otherwise = 'Call other hosts with another HTTP client',
  ) {
    super(
      AsposeAuthErrorCode.FOREIGN_ORIGIN,
      `${origin} may not receive the Aspose token: only ${allowedOrigins.join(', ')} may. ` +
        `${otherwise}, or add the origin to the option allowedOrigins.`,
    );
    this.origin = origin;
  }
}

/**
 * Thrown when no byte of a call to Aspose has passed in either direction for as long as `idleTimeoutMs` says. Raise that option
 * if Aspose may be silent for longer.
 *
 * Its name is `TimeoutError`, as that of what `AbortSignal.timeout()` ends a call with. With `AsposeHttpService` it also
 * passes for an error of axios: `isAxiosError()` says so, and it has the `config` of the call. A body of `fetch` that
 * falls silent fails as every broken one does, with a `TypeError` whose `cause` this is.
 */
export class IdleTimeoutError extends AsposeAuthError {
  /** For how long no byte had passed. */
  readonly idleTimeoutMs: number;

  /** @param call - its method and URL, without the query. */
  constructor(call: string, idleTimeoutMs: number) {
    super(
      AsposeAuthErrorCode.IDLE_TIMEOUT,
      `${call} was given up: no byte passed in either direction for ${idleTimeoutMs} ms. ` +
        'Aspose, or a proxy on the way, hangs. If it may be silent for longer, raise the option idleTimeoutMs.',
    );
    this.name = 'TimeoutError';
    this.idleTimeoutMs = idleTimeoutMs;
  }
}
