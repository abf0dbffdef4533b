import { BAN_RULE } from '../credential/aspose-ban.js';
import {
  AsposeAuthErrorCode,
  type TokenRequestFailure,
} from '../errors/errors.js';
import { retryAfterMsOf } from '../token/retry-after.js';
import { type JsonObject, readObject } from './json.js';
import type { TokenResponse } from './token-transport.js';

/** What it means that the token endpoint granted nothing. */
export interface TokenFailure {
  /** What it means for the next request. */
  readonly failure: TokenRequestFailure;
  readonly code: AsposeAuthErrorCode;
  /** What the endpoint did and what to do about it, as the rest of a sentence: "The token endpoint … ". */
  readonly what: string;
  /** The OAuth error code of the body, such as `invalid_client`. */
  readonly oauthError: string | undefined;
  /** For how long a throttling endpoint wants no further request, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Whether the endpoint objects to the request alone: the same credentials may do with another scope. */
  readonly isAboutRequest: boolean;
}

/** What an answer that comes from no token endpoint makes likely: both options lead to the URL that was asked. */
export const IS_URL_RIGHT = 'Are tokenEndpoint and baseUrl right?';

const MIN_HOLD_MS = 1_000;
const MAX_HOLD_MS = 15 * 60_000;

/** Errors that say nothing about the credentials. */
const REQUEST_ERRORS = new Set<string | undefined>([
  'invalid_request',
  'invalid_scope',
  'unsupported_grant_type',
]);

/**
 * Tells what a status, headers and OAuth error of the token endpoint mean; undefined for a 2xx, which grants.
 *
 * Every 4xx and 3xx is a refusal of the credentials, except those about timing (408, 425, 429).
 *
 * @param receivedAtMs - when the answer arrived, in milliseconds since the epoch; for answers without a `Date`.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export function tokenFailureOf(
  { status, headers, body }: TokenResponse,
  receivedAtMs: number,
): TokenFailure | undefined {
  if (status >= 200 && status < 300) return undefined;
  const oauthError = oauthErrorOf(readObject(body));
  const retryAfterMs = readRetryAfter(headers, receivedAtMs);
  const failure = meaningOf(status, retryAfterMs);
  const [code, what] = describe(failure, status, oauthError);
  return {
    failure,
    code,
    what,
    oauthError,
    retryAfterMs: failure === 'throttled' ? retryAfterMs : undefined,
    isAboutRequest: failure === 'refused' && REQUEST_ERRORS.has(oauthError),
  };
}

/** The OAuth error code of an answer: lower-case words only, since anything else could be an echo of the credentials. */
export function oauthErrorOf(
  answer: JsonObject | undefined,
): string | undefined {
  const error = answer?.['error'];
  return typeof error === 'string' && /^[a-z_]{1,40}$/.test(error)
    ? error
    : undefined;
}

const HELD = `${BAN_RULE}, so these are not tried again for a while.`;

function meaningOf(
  status: number,
  retryAfterMs: number | undefined,
): TokenRequestFailure {
  if (status === 429) return 'throttled';
  if (status === 503 && retryAfterMs !== undefined) return 'throttled';
  if (status === 408 || status === 425) return 'transient';
  return status >= 300 && status < 500 ? 'refused' : 'transient';
}

function describe(
  failure: TokenRequestFailure,
  status: number,
  oauthError: string | undefined,
): [code: AsposeAuthErrorCode, what: string] {
  const said =
    oauthError === undefined ? `${status}` : `${status} ${oauthError}`;
  if (failure === 'throttled')
    return [
      AsposeAuthErrorCode.THROTTLED,
      `answered ${said}: it is rate-limiting. ${BAN_RULE}: does another process use wrong ones?`,
    ];
  if (failure === 'transient')
    return [
      AsposeAuthErrorCode.TOKEN_ENDPOINT_FAILED,
      `failed (${said}). It is asked again after a pause.`,
    ];
  if (status < 400)
    return [
      AsposeAuthErrorCode.TOKEN_REQUEST_REDIRECTED,
      `answered with a redirect (${said}), which is not followed, since that would send the secret elsewhere. ${IS_URL_RIGHT} Set tokenEndpoint to the final URL. ${HELD}`,
    ];
  return [
    AsposeAuthErrorCode.CREDENTIALS_REFUSED,
    oauthError !== undefined || status === 400
      ? `refused the credentials (${said}). Check clientId and clientSecret. ${HELD}`
      : `answered ${said} without an OAuth error, so it is hardly a token endpoint. ${IS_URL_RIGHT} A tokenEndpoint that begins with / is below baseUrl, the path of baseUrl included. Otherwise check a proxy in between, and clientId and clientSecret. ${HELD}`,
  ];
}

/**
 * Reads a `Retry-After` header as milliseconds from 1 s to 15 min; undefined if it is absent or unreadable.
 *
 * @param receivedAtMs - when the answer arrived, in milliseconds since the epoch; for answers without a `Date`.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function readRetryAfter(
  headers: Readonly<Record<string, string | undefined>>,
  receivedAtMs: number,
): number | undefined {
  const delayMs = retryAfterMsOf(headers, receivedAtMs);
  if (delayMs === undefined) return undefined;
  return Math.min(Math.max(delayMs, MIN_HOLD_MS), MAX_HOLD_MS);
}
