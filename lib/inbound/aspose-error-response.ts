import { STATUS_CODES } from 'node:http';

import {
  AsposeAuthErrorCode,
  AsposeAuthError,
  isAsposeAuthError,
} from '../errors/errors.js';
import {
  type AsposeCallFailure,
  asposeCallFailure,
  innermost,
} from '../http/failure/call-failure.js';
import { tokenErrorResponse } from './token-error-response.js';

/** How what went wrong with Aspose is answered to a caller of the app. */
export interface AsposeErrorResponse {
  readonly status: number;
  /** `Retry-After`, in whole seconds, where Aspose or the token says when. */
  readonly headers: Readonly<Record<string, string>>;
  /** Holds what Aspose says only where it is about what the caller sent or named. */
  readonly body: {
    readonly statusCode: number;
    readonly error: string;
    readonly message: string;
  };
}

/**
 * Tells how to answer what a call to Aspose was rejected with, or a failure to get a token. Pure: it logs nothing.
 *
 * `AsposeAuthExceptionFilter` and `AsposeAuthInterceptor` answer by it. Call it in a filter of your own that catches
 * everything.
 *
 * @returns undefined for every other error: for those of the app itself, such as a call to a host that is not allowed, and for
 *   those of its other HTTP clients.
 *
 * @example
 * ```ts
 * const answer = asposeErrorResponse(exception);
 * if (answer) response.status(answer.status).set(answer.headers).json(answer.body);
 * ```
 */
export function asposeErrorResponse(
  error: unknown,
): AsposeErrorResponse | undefined {
  const own = innermost(error, isAboutToken);
  if (own !== undefined) return tokenErrorResponse(own);
  const failure = asposeCallFailure(error);
  return failure && callFailureResponse(failure);
}

/** An idle call had its token. */
function isAboutToken(error: unknown): boolean {
  return (
    isAsposeAuthError(error) && error.code !== AsposeAuthErrorCode.IDLE_TIMEOUT
  );
}

/** They are about what the caller sent or named, where Aspose says what. */
const ABOUT_INPUT = new Set([400, 404, 409, 410, 413, 415, 422, 501]);

/** The account is throttled or has used up what was paid for, or the service is down. */
const UNAVAILABLE = new Set([402, 425, 429, 503]);

const LATE = new Set([408, 504]);

const MESSAGES = {
  413: 'Aspose Cloud does not take that much.',
  502: 'Aspose Cloud gave no usable answer.',
  503: 'Aspose Cloud is not available right now.',
  504: 'Aspose Cloud did not answer in time.',
} as const;

/** What the answer goes by. */
type FailedCall = Omit<AsposeCallFailure, 'call' | 'isRepeatable'> &
  Partial<Pick<AsposeCallFailure, 'call'>>;

/**
 * Tells how to answer a call that failed.
 *
 * Without a word of Aspose's, a 400 or 404 is not about what the caller sent: the app has the URL wrong, or a proxy in
 * between answered. That is a 502. To a HEAD, Aspose cannot say anything.
 */
export function callFailureResponse({
  call = '',
  kind,
  retryAfterMs,
  status = 0,
  message = call.startsWith('HEAD ') ? STATUS_CODES[status] : undefined,
}: FailedCall): AsposeErrorResponse {
  if (status === 401) return UNAUTHORIZED;
  if (ABOUT_INPUT.has(status) && message !== undefined)
    return responseOf(status, message);
  if (status === 413) return responseOf(413, MESSAGES[413]);
  if (kind === 'timed-out' || LATE.has(status))
    return responseOf(504, MESSAGES[504]);
  if (kind === 'called-off' || UNAVAILABLE.has(status))
    return responseOf(503, MESSAGES[503], retryAfterMs);
  return responseOf(502, MESSAGES[502]);
}

/** The same for each client: some SDKs leave an unauthorized token to this package, which throws an error of its own. */
const UNAUTHORIZED = tokenErrorResponse(
  new AsposeAuthError(AsposeAuthErrorCode.TOKEN_UNAUTHORIZED, ''),
) as AsposeErrorResponse;

const MAX_RETRY_AFTER_SECONDS = 24 * 60 * 60;

function responseOf(
  status: number,
  message: string,
  retryAfterMs?: number,
): AsposeErrorResponse {
  // Never 0, which would invite a storm.
  const seconds = Math.max(1, Math.ceil((retryAfterMs ?? 0) / 1000));
  return {
    status,
    headers:
      retryAfterMs === undefined
        ? {}
        : { 'Retry-After': String(Math.min(seconds, MAX_RETRY_AFTER_SECONDS)) },
    body: { statusCode: status, message, error: String(STATUS_CODES[status]) },
  };
}
