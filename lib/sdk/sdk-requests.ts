import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { AsposeAuthError } from '../errors/aspose-auth.error.js';
import type { AttachPolicy } from '../http/attach-policy.js';
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

/** The error of a call whose token is unauthorized, and another one cannot be fetched or is unauthorized, too. */
export function unauthorizedForGood(origin = 'The API'): AsposeAuthError {
  return new AsposeAuthError(
    AsposeAuthErrorCode.TOKEN_UNAUTHORIZED,
    `${origin} answered 401 to the access token, and another one may not be fetched now or is unauthorized, too.`,
  );
}

/** The error of a call whose token was unauthorized while its stream was sent. */
export function unauthorizedWithStream(origin = 'The API'): AsposeAuthError {
  return new AsposeAuthError(
    AsposeAuthErrorCode.TOKEN_UNAUTHORIZED,
    `${origin} answered 401 to the access token, and the call cannot be made again with another: its stream is used up. ` +
      'Make the call again with a new stream, or give the SDK a Buffer.',
  );
}

/** Tells whether what an SDK sends is a stream or holds one. */
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
