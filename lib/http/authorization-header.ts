import { AsposeAuthError, AsposeAuthErrorCode } from '../errors/errors.js';
import type { AccessToken } from '../token/access-token.js';

/**
 * The value of an `Authorization` header that carries a token.
 *
 * @throws {AsposeAuthError} when the token is a copy, which holds no text.
 */
export function bearerHeader(token: AccessToken): string {
  return `Bearer ${textOf(token)}`;
}

/**
 * The text of a token.
 *
 * @throws {AsposeAuthError} when the token is a copy, which holds no text.
 */
export function textOf({ value }: AccessToken): string {
  if (typeof value === 'string') return value;
  throw unusableToken(
    'A copy of an access token holds no text (structuredClone and { ...token } make such copies; so do some caches). ' +
      'Hand the token itself on, or its token.value.',
  );
}

/** The error for what is a token no longer. */
export function unusableToken(message: string): AsposeAuthError {
  return new AsposeAuthError(
    AsposeAuthErrorCode.REDACTED_AUTHORIZATION,
    message,
  );
}
