import { AsposeAuthErrorCode, TokenRequestError } from '../errors/errors.js';
import { isBearerToken } from '../token/access-token.js';
import {
  type JsonObject,
  parseJson,
  readJwtClaims,
  readObject,
} from './json.js';
import { IS_URL_RIGHT, oauthErrorOf, tokenFailureOf } from './token-failure.js';
import { MAX_RESPONSE_BYTES, type TokenResponse } from './token-transport.js';

/** A token and its lifetime, as the token endpoint granted them. */
export interface GrantedToken {
  readonly value: string;
  readonly lifetimeMs: number;
  /** Where the lifetime was read; `default` if the answer does not tell it. */
  readonly lifetimeFrom: 'expires_in' | 'jwt' | 'default';
}

const DEFAULT_LIFETIME_SECONDS = 300;
const MAX_LIFETIME_SECONDS = 24 * 60 * 60;
const MAX_TOKEN_LENGTH = 32 * 1024;

/**
 * Reads an answer of the token endpoint: the last step of the exchange, after a `TokenTransport` has sent what
 * `buildTokenRequest` built.
 *
 * Understands a JSON object, a JSON string that holds one, and a JWT, bare or quoted. An error tells what arrived,
 * but quotes nothing of it except an OAuth error code: the rest may hold the secret.
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
  const failure = tokenFailureOf(response, receivedAtMs);
  if (failure === undefined) return readGrant(response, endpoint);
  throw new TokenRequestError(
    failure.code,
    `The token endpoint ${endpoint} ${failure.what}`,
    { ...failure, status: response.status },
  );
}

/**
 * Writes the body of an answer that grants a token: `access_token`, `expires_in` and `token_type`.
 *
 * @param lifetimeMs - announced in whole seconds, from one second to a day.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function writeTokenResponse(value: string, lifetimeMs: number): string {
  return JSON.stringify({
    access_token: value,
    expires_in: Math.max(
      1,
      Math.floor(Math.min(lifetimeMs / 1000, MAX_LIFETIME_SECONDS)),
    ),
    token_type: 'Bearer',
  });
}

function readGrant(response: TokenResponse, endpoint: string): GrantedToken {
  const { status } = response;
  const unusable = (
    code: AsposeAuthErrorCode,
    what: string,
    oauthError?: string,
  ) =>
    new TokenRequestError(
      code,
      `The token endpoint ${endpoint} answered ${status} with ${what}`,
      {
        failure:
          code === AsposeAuthErrorCode.TOKEN_ENDING ? 'ending' : 'transient',
        status,
        oauthError,
      },
    );

  if (Buffer.byteLength(response.body) > MAX_RESPONSE_BYTES)
    throw unusable(
      AsposeAuthErrorCode.RESPONSE_TOO_LARGE,
      `more than 64 KiB. ${IS_URL_RIGHT}`,
    );
  const body = response.body.replace(/^\uFEFF/, '').trim();
  if (body === '')
    throw unusable(
      AsposeAuthErrorCode.RESPONSE_EMPTY,
      `an empty body. ${IS_URL_RIGHT}`,
    );
  const grant = readObject(body) ?? readJwtAnswer(body);
  if (grant === undefined)
    throw unusable(
      AsposeAuthErrorCode.RESPONSE_NOT_JSON,
      `${body.startsWith('<') ? 'an HTML page' : 'text'} that is neither a JSON object nor a JWT. ${IS_URL_RIGHT} Is a proxy in between?`,
    );
  if (grant['error'] !== undefined)
    throw unusable(
      AsposeAuthErrorCode.RESPONSE_CARRIES_ERROR,
      `an error in it (${oauthErrorOf(grant) ?? 'not an OAuth code'}).`,
      oauthErrorOf(grant),
    );

  const { access_token: value, token_type: type } = grant;
  if (typeof value !== 'string' || value === '')
    throw unusable(
      AsposeAuthErrorCode.TOKEN_MISSING,
      `${value === undefined ? 'no access_token' : `an access_token that is ${value === '' ? 'empty' : typeof value}`}. ${IS_URL_RIGHT}`,
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
  const lasting = (
    seconds: number,
    lifetimeFrom: GrantedToken['lifetimeFrom'],
  ) => ({
    lifetimeMs: Math.min(seconds, MAX_LIFETIME_SECONDS) * 1000,
    lifetimeFrom,
  });
  if (stated !== undefined) {
    const isDigits = typeof stated === 'string' && /^\d+$/.test(stated);
    const seconds = isDigits ? Number(stated) : stated;
    if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds > 0)
      return lasting(seconds, 'expires_in');
    if (seconds === 0)
      throw unusable(
        AsposeAuthErrorCode.TOKEN_ENDING,
        'a token in its last second. Once it has ended, the next request gets another.',
      );
    throw unusable(
      AsposeAuthErrorCode.LIFETIME_INVALID,
      `an expires_in (${typeof stated}) that is not a whole number of seconds from 1 up.`,
    );
  }
  const answeredAt = Date.parse(headers['date'] ?? '') / 1000;
  const seconds = jwtLifetimeSeconds(readJwtClaims(token) ?? {}, answeredAt);
  if (seconds === undefined)
    return lasting(DEFAULT_LIFETIME_SECONDS, 'default');
  if (seconds >= 1) return lasting(seconds, 'jwt');
  throw unusable(
    AsposeAuthErrorCode.EXPIRED_ON_ARRIVAL,
    'a token that has already expired. Is a cache in between?',
  );
}

/**
 * How many seconds a JWT is valid for, counted from its own issue time or from the answer's `Date`, whichever is less.
 *
 * Each is a difference within one clock, so a wrong clock here does not matter.
 *
 * @param answeredAt - the answer's own `Date`, in seconds since the epoch; NaN without one.
 * @returns undefined if the claims do not tell.
 */
export function jwtLifetimeSeconds(
  { exp, iat, nbf }: JsonObject,
  answeredAt: number,
): number | undefined {
  if (typeof exp !== 'number') return undefined;
  const lifetimes = [iat ?? nbf, answeredAt]
    .filter((from): from is number => Number.isFinite(from))
    .map((from) => Math.floor(exp - from));
  return lifetimes.length === 0 ? undefined : Math.min(...lifetimes);
}

function readJwtAnswer(text: string): JsonObject | undefined {
  const quoted = parseJson(text);
  const candidate = typeof quoted === 'string' ? quoted.trim() : text;
  return readJwtClaims(candidate) && { access_token: candidate };
}
