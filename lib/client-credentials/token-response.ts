import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import {
  TokenRequestError,
  type TokenRequestErrorDetails,
  type TokenRequestFailure,
} from '../errors/token-request.error.js';
import { isBearerToken } from '../token/access-token.js';
import { jwtLifetimeSeconds, readJwtClaims } from './jwt-claims.js';
import { readRetryAfter } from './retry-after.js';
import { MAX_RESPONSE_BYTES, type TokenResponse } from './token-request.js';

/** A token and its lifetime, as the token endpoint granted them. */
export interface GrantedToken {
  readonly value: string;
  readonly lifetimeMs: number;
  /** What the lifetime was read from; `default` where the answer says nothing of it. */
  readonly lifetimeFrom: 'expires_in' | 'jwt' | 'default';
}

const DEFAULT_LIFETIME_SECONDS = 300;
const MAX_LIFETIME_SECONDS = 24 * 60 * 60;
const MAX_TOKEN_LENGTH = 32 * 1024;

/**
 * Reads an answer of the token endpoint.
 *
 * Understands a JSON object, a JSON string that holds one, and a JWT, bare or quoted. An error says what arrived,
 * but quotes none of it beyond an OAuth error code: it may hold the secret.
 *
 * @param endpoint - the endpoint as it may be printed.
 * @param receivedAtMs - when the answer arrived, in milliseconds since the epoch; for answers without a `Date`.
 * @throws {TokenRequestError} when the answer is not a usable token.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5
 */
export function readTokenResponse(
  response: TokenResponse,
  endpoint: string,
  receivedAtMs: number,
): GrantedToken {
  const { status } = response;
  if (status >= 200 && status < 300) return readGrant(response, endpoint);

  const failure = failureOf(response);
  const oauthError = oauthErrorOf(readObject(response.body));
  const [code, what] = describeFailure(failure, status, oauthError);
  throw requestError(code, endpoint, what, {
    failure,
    status,
    oauthError,
    retryAfterMs:
      failure === 'throttled'
        ? readRetryAfter(response.headers, receivedAtMs)
        : undefined,
  });
}

/**
 * Writes the answer that grants a token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function writeTokenResponse(value: string, lifetimeMs: number): string {
  return JSON.stringify({
    access_token: value,
    expires_in: Math.floor(lifetimeMs / 1000),
    token_type: 'Bearer',
  });
}

/** What a status other than 2xx means: every 4xx and 3xx is a refusal, but for those that speak of time. */
export function failureOf({
  status,
  headers,
}: Pick<TokenResponse, 'status' | 'headers'>): TokenRequestFailure {
  if (status === 429) return 'throttled';
  if (status === 503 && readRetryAfter(headers, 0) !== undefined)
    return 'throttled';
  if (status === 408 || status === 425) return 'transient';
  return status >= 300 && status < 500 ? 'refused' : 'transient';
}

function describeFailure(
  failure: TokenRequestFailure,
  status: number,
  oauthError: string | undefined,
): [code: AsposeAuthErrorCode, what: string] {
  const said =
    oauthError === undefined ? `${status}` : `${status} ${oauthError}`;
  if (failure === 'throttled')
    return [
      AsposeAuthErrorCode.THROTTLED,
      `answered ${said}: it asks to be left alone for a while. Aspose bans credentials for 10 minutes after 5 refused requests: does another process use wrong ones?`,
    ];
  if (failure === 'transient')
    return [
      AsposeAuthErrorCode.TOKEN_ENDPOINT_FAILED,
      `failed (${said}). It is asked again after a pause.`,
    ];
  if (status < 400)
    return [
      AsposeAuthErrorCode.TOKEN_REQUEST_REDIRECTED,
      `answered with a redirect (${said}), which is not followed, since that would send the secret elsewhere. Set tokenEndpoint to the final URL.`,
    ];
  const speaksOfCredentials =
    oauthError !== undefined || status === 400 || status === 401;
  return [
    AsposeAuthErrorCode.CREDENTIALS_REFUSED,
    `${speaksOfCredentials ? `refused the credentials (${said}). Check` : `answered ${said}. Check tokenEndpoint and baseUrl, a proxy in between, and`} clientId and clientSecret. Aspose bans credentials for 10 minutes after 5 refused requests, so these are not tried again for a while.`,
  ];
}

function readGrant(response: TokenResponse, endpoint: string): GrantedToken {
  const { status } = response;
  const unusable = (
    code: AsposeAuthErrorCode,
    what: string,
    oauthError?: string,
  ) =>
    requestError(code, endpoint, `answered ${status} with ${what}`, {
      failure: 'transient',
      status,
      oauthError,
    });

  if (Buffer.byteLength(response.body) > MAX_RESPONSE_BYTES)
    throw unusable(
      AsposeAuthErrorCode.RESPONSE_TOO_LARGE,
      'more than 64 KiB. Is tokenEndpoint right?',
    );
  const body = response.body.replace(/^\uFEFF/, '').trim();
  if (body === '')
    throw unusable(
      AsposeAuthErrorCode.RESPONSE_EMPTY,
      'an empty body. Is tokenEndpoint right?',
    );
  const grant = readObject(body) ?? readJwtAnswer(body);
  if (grant === undefined)
    throw unusable(
      AsposeAuthErrorCode.RESPONSE_NOT_JSON,
      `${body.startsWith('<') ? 'an HTML page' : 'text'} that is neither a JSON object nor a JWT. Is tokenEndpoint right, or is a proxy in between?`,
    );
  if (grant['error'] !== undefined && grant['error'] !== null)
    throw unusable(
      AsposeAuthErrorCode.RESPONSE_CARRIES_ERROR,
      `an error in it (${oauthErrorOf(grant) ?? 'not an OAuth code'}).`,
      oauthErrorOf(grant),
    );

  const { access_token: value, token_type: type } = grant;
  if (typeof value !== 'string' || value === '')
    throw unusable(
      AsposeAuthErrorCode.TOKEN_MISSING,
      `an access_token that is ${value === '' ? 'empty' : typeOf(value)}. Is tokenEndpoint right?`,
    );
  if (value.length > MAX_TOKEN_LENGTH)
    throw unusable(
      AsposeAuthErrorCode.TOKEN_TOO_LONG,
      `an access_token of ${value.length} characters; at most ${MAX_TOKEN_LENGTH} are accepted.`,
    );
  if (!isBearerToken(value))
    throw unusable(
      AsposeAuthErrorCode.TOKEN_MALFORMED,
      'an access_token that has characters no Authorization header may carry (RFC 6750).',
    );
  // PostAccessToken does not document the field: its absence says nothing.
  if (
    type !== undefined &&
    (typeof type !== 'string' || type.toLowerCase() !== 'bearer')
  )
    throw unusable(
      AsposeAuthErrorCode.TOKEN_TYPE_UNSUPPORTED,
      'a token_type that is not Bearer.',
    );
  return { value, ...readLifetime(grant, value, response, unusable) };
}

function readLifetime(
  { expires_in: stated }: JsonObject,
  token: string,
  { headers }: TokenResponse,
  unusable: (code: AsposeAuthErrorCode, what: string) => TokenRequestError,
): Pick<GrantedToken, 'lifetimeMs' | 'lifetimeFrom'> {
  if (stated !== undefined) {
    const seconds = wholeSeconds(stated);
    if (seconds === undefined)
      throw unusable(
        AsposeAuthErrorCode.LIFETIME_INVALID,
        `an expires_in (${typeOf(stated)}) that is not a whole number of seconds from 1 up.`,
      );
    return { lifetimeMs: cappedMs(seconds), lifetimeFrom: 'expires_in' };
  }
  const seconds = jwtLifetimeSeconds(
    readJwtClaims(token),
    Date.parse(headers['date'] ?? '') / 1000,
  );
  if (seconds === undefined)
    return {
      lifetimeMs: cappedMs(DEFAULT_LIFETIME_SECONDS),
      lifetimeFrom: 'default',
    };
  if (seconds < 1)
    throw unusable(
      AsposeAuthErrorCode.EXPIRED_ON_ARRIVAL,
      'a token that has already expired. Is a cache in between?',
    );
  return { lifetimeMs: cappedMs(seconds), lifetimeFrom: 'jwt' };
}

function wholeSeconds(stated: unknown): number | undefined {
  const isDigits = typeof stated === 'string' && /^\d+$/.test(stated);
  const seconds = isDigits ? Number(stated) : stated;
  return Number.isInteger(seconds) && Number(seconds) >= 1
    ? Number(seconds)
    : undefined;
}

function cappedMs(seconds: number): number {
  return Math.min(seconds, MAX_LIFETIME_SECONDS) * 1000;
}

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Reads a JSON object, or a JSON string that holds one; undefined for everything else. */
export function readObject(text: string): JsonObject | undefined {
  const outer = parseJson(text);
  const json = typeof outer === 'string' ? parseJson(outer) : outer;
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? Object.fromEntries(Object.entries(json))
    : undefined;
}

function readJwtAnswer(text: string): JsonObject | undefined {
  const quoted = parseJson(text);
  const candidate = typeof quoted === 'string' ? quoted.trim() : text;
  return readJwtClaims(candidate) && { access_token: candidate };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Lower-case words only: anything else could be an echo of the credentials. */
function oauthErrorOf(answer: JsonObject | undefined): string | undefined {
  const error = answer?.['error'];
  return typeof error === 'string' && /^[a-z_]{1,40}$/.test(error)
    ? error
    : undefined;
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

function requestError(
  code: AsposeAuthErrorCode,
  endpoint: string,
  what: string,
  details: TokenRequestErrorDetails,
): TokenRequestError {
  return new TokenRequestError(
    code,
    `The token endpoint ${endpoint} ${what}`,
    details,
  );
}
