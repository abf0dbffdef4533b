import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import {
  type AsposeAuthError,
  isAsposeAuthError,
} from '../errors/aspose-auth.error.js';

/** How a token failure is answered to whoever called the app. */
export interface TokenErrorResponse {
  /** 503 when no token is to be had now, 504 when it took too long, 502 when Aspose's answer is of no use. */
  readonly status: 502 | 503 | 504;
  readonly headers: Readonly<Record<string, string>>;
  /** Says nothing of what Aspose said about the credentials. */
  readonly body: {
    readonly statusCode: number;
    readonly error: string;
    readonly message: string;
  };
}

const BODIES = {
  502: {
    statusCode: 502,
    error: 'Bad Gateway',
    message: 'Aspose Cloud gave no usable access token.',
  },
  503: {
    statusCode: 503,
    error: 'Service Unavailable',
    message: 'No Aspose Cloud access token is available right now.',
  },
  504: {
    statusCode: 504,
    error: 'Gateway Timeout',
    message: 'Aspose Cloud gave no access token in time.',
  },
} as const;

const UNAVAILABLE: ReadonlySet<AsposeAuthErrorCode> = new Set([
  AsposeAuthErrorCode.TOKEN_UNAVAILABLE,
  AsposeAuthErrorCode.BUDGET_EXHAUSTED,
  AsposeAuthErrorCode.THROTTLED,
  AsposeAuthErrorCode.TOKEN_ENDPOINT_UNREACHABLE,
  AsposeAuthErrorCode.TOKEN_ENDPOINT_FAILED,
  AsposeAuthErrorCode.CREDENTIALS_UNAVAILABLE,
  AsposeAuthErrorCode.EXPIRED_ON_ARRIVAL,
  AsposeAuthErrorCode.SHUT_DOWN,
]);

const UNUSABLE: ReadonlySet<AsposeAuthErrorCode> = new Set([
  AsposeAuthErrorCode.CREDENTIALS_REFUSED,
  AsposeAuthErrorCode.TOKEN_UNAUTHORIZED,
  AsposeAuthErrorCode.TOKEN_REQUEST_REDIRECTED,
  AsposeAuthErrorCode.RESPONSE_EMPTY,
  AsposeAuthErrorCode.RESPONSE_TOO_LARGE,
  AsposeAuthErrorCode.RESPONSE_NOT_JSON,
  AsposeAuthErrorCode.RESPONSE_CARRIES_ERROR,
  AsposeAuthErrorCode.TOKEN_MISSING,
  AsposeAuthErrorCode.TOKEN_TOO_LONG,
  AsposeAuthErrorCode.TOKEN_MALFORMED,
  AsposeAuthErrorCode.TOKEN_TYPE_UNSUPPORTED,
  AsposeAuthErrorCode.LIFETIME_INVALID,
]);

/**
 * Tells how to answer a failure to get a token; undefined for everything else.
 *
 * An error of the app itself, such as a call to a host that is not allowed, is not one of them.
 */
export function tokenErrorResponse(
  error: unknown,
): TokenErrorResponse | undefined {
  if (!isAsposeAuthError(error)) return undefined;
  const status = statusFor(error);
  if (status === undefined) return undefined;
  return { status, headers: retryAfter(error), body: BODIES[status] };
}

function statusFor({
  code,
}: AsposeAuthError): TokenErrorResponse['status'] | undefined {
  if (code === AsposeAuthErrorCode.TOKEN_REQUEST_TIMEOUT) return 504;
  if (UNAVAILABLE.has(code)) return 503;
  return UNUSABLE.has(code) ? 502 : undefined;
}

const DEFAULT_RETRY_AFTER_MS = 1_000;

/** In whole seconds, rounded up, as the header wants them; never 0, which would invite a storm. */
function retryAfter({
  retryAfterMs = DEFAULT_RETRY_AFTER_MS,
}: AsposeAuthError): Record<string, string> {
  const waitMs = Number.isFinite(retryAfterMs)
    ? retryAfterMs
    : DEFAULT_RETRY_AFTER_MS;
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return { 'Retry-After': String(seconds) };
}
