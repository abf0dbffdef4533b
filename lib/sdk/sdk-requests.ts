import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { AsposeAuthError } from '../errors/aspose-auth.error.js';
import { ForeignOriginError } from '../errors/foreign-origin.error.js';
import { isStream } from '../http/body/replayable-body.js';
import type { AccessToken } from '../token/access-token.js';
import { tokenIfEnabled } from '../token/token-if-enabled.js';
import type { TokenSource } from '../token/token-source.js';

/**
 * How long a token must at least be valid for an SDK, in milliseconds.
 *
 * The SDKs' own recovery from a 401 is unsafe: with this much in hand it is hardly ever needed.
 */
export const MIN_VALIDITY_MS = 60_000;

/**
 * The token for a call: one that outlasts it or, if there is none, the current valid one. Undefined with
 * `auth: 'none'`.
 *
 * @throws {AsposeAuthError} when there is none at all.
 */
export async function tokenForCall(
  tokens: TokenSource,
): Promise<AccessToken | undefined> {
  try {
    return await tokenIfEnabled(tokens, { minValidityMs: MIN_VALIDITY_MS });
  } catch (error) {
    const current = tokens.peekToken();
    if (current === undefined) throw error;
    return current;
  }
}

/** What an SDK's HTTP client takes for an address, valid or not. */
const WITH_SCHEME = /^\s*[a-z][\w+.-]*:/i;

/**
 * The origin a request of an SDK goes to; empty where the SDK does not tell.
 *
 * @throws {ForeignOriginError} when it may not receive the token.
 */
export function assertAllowedUrl(
  url: unknown,
  allowedOrigins: readonly string[] | undefined,
): string {
  const text = url instanceof URL ? url.href : url;
  if (typeof text !== 'string' || !WITH_SCHEME.test(text)) return '';
  const origin = URL.canParse(text) ? new URL(text).origin : 'An invalid URL';
  if (allowedOrigins !== undefined && !allowedOrigins.includes(origin))
    throw new ForeignOriginError(
      origin,
      allowedOrigins,
      "Give the SDK's constructor the base URL that AsposeAuthModule has",
    );
  return origin;
}

/** What a call of an SDK gets whose token is refused for good. */
export function unauthorizedForGood(origin: string): AsposeAuthError {
  return new AsposeAuthError(
    AsposeAuthErrorCode.TOKEN_UNAUTHORIZED,
    `${origin} refused the access token, and another one may not be fetched now or is refused too.`,
  );
}

/** What a call of an SDK gets whose token was refused while its stream was sent. */
export function unauthorizedWithStream(origin: string): AsposeAuthError {
  return new AsposeAuthError(
    AsposeAuthErrorCode.TOKEN_UNAUTHORIZED,
    `${origin} refused the access token, and the call cannot be made again with another: its stream is used up. ` +
      'Make the call again with a new stream, or give the SDK a Buffer.',
  );
}

/** Tells whether what an SDK sends is a stream, or has one in it. */
export function holdsStream(body: unknown): boolean {
  return findsStream(body, new Set());
}

function findsStream(body: unknown, seen: Set<unknown>): boolean {
  if (typeof body !== 'object' || body === null || ArrayBuffer.isView(body))
    return false;
  if (isStream(body)) return true;
  if (seen.has(body)) return false;
  seen.add(body);
  return Object.values(body).some((part) => findsStream(part, seen));
}
