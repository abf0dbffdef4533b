import {
  AsposeAuthError,
  AsposeAuthErrorCode,
  ForeignOriginError,
} from '../errors/errors.js';
import { type AttachPolicy, originForToken } from '../http/attach-policy.js';
import { isStream } from '../http/body/replayable-body.js';
import { allowedOriginsFor } from '../http/token-destination.js';
import type { AccessToken } from '../token/access-token.js';
import type { TokenSource } from '../token/token-source.js';

/**
 * How long a token must at least be valid for an SDK, in milliseconds.
 *
 * The SDKs' own recovery from a 401 is unsafe: with this much in hand it is hardly ever needed.
 */
export const MIN_VALIDITY_MS = 60_000;

/**
 * The token for a call: one that outlasts it or, failing that, the current valid one. Undefined with `auth: 'none'`.
 *
 * @throws {AsposeAuthError} when no valid token is available.
 */
export async function tokenForCall(
  tokens: TokenSource,
): Promise<AccessToken | undefined> {
  if (tokens.isDisabled) return undefined;
  try {
    return await tokens.getToken({ minValidityMs: MIN_VALIDITY_MS });
  } catch (error) {
    const current = tokens.peekToken();
    if (current === undefined) throw error;
    return current;
  }
}

/** What an {@link InvalidOptionsError} about an SDK begins with. */
export const CANNOT_GIVE = 'The SDK cannot be given tokens';

/**
 * Who may receive the token of an SDK's requests.
 *
 * @throws {InvalidOptionsError} when there is no token source, or when it does not say where its tokens may be sent.
 */
export function sdkPolicy(tokens: TokenSource): AttachPolicy {
  return {
    allowedOrigins: allowedOriginsFor(tokens, {}, CANNOT_GIVE),
    onForeignOrigin: 'forbid',
    advice: "Give the SDK's constructor the base URL that AsposeAuthModule has",
  };
}

/**
 * The origin that a URL of an SDK leads to; undefined if it has a user name, which only `auth: 'none'` permits.
 *
 * @throws {ForeignOriginError} when it may not receive the token, or has a user name, which would take its place.
 */
export function originForSdk(
  url: unknown,
  tokens: TokenSource,
  policy: AttachPolicy,
): string | undefined {
  const origin = originForToken({ url }, policy);
  if (origin === undefined && !tokens.isDisabled)
    throw new ForeignOriginError(
      'A URL with a user name or password',
      policy.allowedOrigins,
      policy.advice,
    );
  return origin;
}

/** Why a call is not made again with another token. */
export const NO_OTHER_TOKEN =
  'another one may not be fetched now or is unauthorized, too.';
export const STREAM_USED_UP =
  'the call cannot be made again with another: its stream is used up. Make the call again with a new stream, or give the SDK a Buffer.';
export const PARTLY_DONE =
  'the call is not made again with another: a part of it may be done already. The next call has another token.';

/** The error of a call whose token is unauthorized. */
export function unauthorized(origin = 'The API', why: string): AsposeAuthError {
  return new AsposeAuthError(
    AsposeAuthErrorCode.TOKEN_UNAUTHORIZED,
    `${origin} answered 401 to the access token, and ${why}`,
  );
}

/** The error of a request that led elsewhere. */
export function unauthorizedElsewhere(origin = 'The API'): Error {
  const message = `${origin} redirected the call to another origin, which does not get the token, and which answered 401.`;
  return Object.assign(new Error(message), { code: 401 });
}

/** The error of a call that the API has answered, and that its SDK leaves pending. */
export function answeredUnheard(origin = 'The API', status: number): Error {
  if (status === 401) return unauthorized(origin, NO_OTHER_TOKEN);
  const message = `${origin} answered ${status}, which the SDK did not report.`;
  return Object.assign(new Error(message), { code: status });
}

/** The error of a request whose connection ended, of which its SDK hears nothing. */
export function endedUnheard(origin = 'The API'): Error {
  const message = `${origin} ended the connection without an answer to the call.`;
  return Object.assign(new Error(message), { code: 'ECONNRESET' });
}

/** Tells whether what an SDK sends is a stream or holds one. */
export function holdsStream(body: unknown, seen = new Set()): boolean {
  if (typeof body !== 'object' || body === null || ArrayBuffer.isView(body))
    return false;
  if (isStream(body)) return true;
  if (seen.has(body)) return false;
  seen.add(body);
  return Object.values(body).some((part) => holdsStream(part, seen));
}
