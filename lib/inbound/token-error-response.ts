import { STATUS_CODES } from 'node:http';

import { AsposeAuthErrorCode, isAsposeAuthError } from '../errors/errors.js';

/** How a failure to get a token is answered to a caller of the app. */
export interface TokenErrorResponse {
  /** 503 when no token is available now, 504 when it took too long, 502 when Aspose's answer cannot be used. */
  readonly status: 502 | 503 | 504;
  /** `Retry-After`, in whole seconds. */
  readonly headers: Readonly<Record<string, string>>;
  /** Nothing that Aspose said about the credentials is in it. */
  readonly body: {
    readonly statusCode: number;
    readonly error: string;
    readonly message: string;
  };
}

/** What callers are told, by status. */
export const TOKEN_ERROR_MESSAGES = {
  502: 'Aspose Cloud gave no usable access token.',
  503: 'No Aspose Cloud access token is available right now.',
  504: 'Aspose Cloud gave no access token in time.',
} as const;

const STATUSES: {
  readonly [Code in AsposeAuthErrorCode]?: TokenErrorResponse['status'];
} = {
  [AsposeAuthErrorCode.TOKEN_REQUEST_TIMEOUT]: 504,

  [AsposeAuthErrorCode.TOKEN_UNAVAILABLE]: 503,
  [AsposeAuthErrorCode.BUDGET_EXHAUSTED]: 503,
  [AsposeAuthErrorCode.THROTTLED]: 503,
  [AsposeAuthErrorCode.TOKEN_ENDPOINT_UNREACHABLE]: 503,
  [AsposeAuthErrorCode.TOKEN_ENDPOINT_FAILED]: 503,
  [AsposeAuthErrorCode.CREDENTIALS_UNAVAILABLE]: 503,
  [AsposeAuthErrorCode.TOKEN_ENDING]: 503,
  [AsposeAuthErrorCode.EXPIRED_ON_ARRIVAL]: 503,
  [AsposeAuthErrorCode.SHUT_DOWN]: 503,
  [AsposeAuthErrorCode.UNKNOWN_TENANT]: 503,
  [AsposeAuthErrorCode.TENANT_LIMIT]: 503,

  [AsposeAuthErrorCode.CREDENTIALS_REFUSED]: 502,
  [AsposeAuthErrorCode.TOKEN_UNAUTHORIZED]: 502,
  [AsposeAuthErrorCode.TOKEN_REQUEST_REDIRECTED]: 502,
  [AsposeAuthErrorCode.RESPONSE_EMPTY]: 502,
  [AsposeAuthErrorCode.RESPONSE_TOO_LARGE]: 502,
  [AsposeAuthErrorCode.RESPONSE_NOT_JSON]: 502,
  [AsposeAuthErrorCode.RESPONSE_CARRIES_ERROR]: 502,
  [AsposeAuthErrorCode.TOKEN_MISSING]: 502,
  [AsposeAuthErrorCode.TOKEN_TOO_LONG]: 502,
  [AsposeAuthErrorCode.TOKEN_MALFORMED]: 502,
  [AsposeAuthErrorCode.TOKEN_TYPE_UNSUPPORTED]: 502,
  [AsposeAuthErrorCode.LIFETIME_INVALID]: 502,
};

const DEFAULT_RETRY_AFTER_MS = 1_000;

/**
 * Tells how to answer a failure to get a token.
 *
 * @returns undefined for every other error, also for those of the app itself, such as a call to a host that is not allowed.
 */
export function tokenErrorResponse(
  error: unknown,
): TokenErrorResponse | undefined {
  if (!isAsposeAuthError(error)) return undefined;
  const { code, retryAfterMs = DEFAULT_RETRY_AFTER_MS } = error;
  const status = STATUSES[code];
  if (status === undefined) return undefined;
  const waitMs = Number.isFinite(retryAfterMs)
    ? retryAfterMs
    : DEFAULT_RETRY_AFTER_MS;
  return {
    status,
    // Never 0, which would invite a storm.
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(waitMs / 1000))) },
    body: {
      statusCode: status,
      error: String(STATUS_CODES[status]),
      message: TOKEN_ERROR_MESSAGES[status],
    },
  };
}
