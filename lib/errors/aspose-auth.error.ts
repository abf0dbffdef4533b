import { AsposeAuthErrorCode } from './aspose-auth-error-code.js';

/** What an {@link AsposeAuthError} knows besides its code and message. */
export interface AsposeAuthErrorDetails {
  /** What led to it. Never an error of an HTTP client: those print the secret. */
  readonly cause?: unknown;
  /** In how many milliseconds another try may succeed. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The base of every error this package throws.
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
 * For the `.catch()` of a `getToken()` whose token is optional: gives undefined with `auth: 'none'`.
 *
 * @throws every other error.
 */
export function undefinedIfDisabled(error: unknown): undefined {
  if (isAsposeAuthError(error) && error.code === AsposeAuthErrorCode.DISABLED)
    return undefined;
  throw error;
}
