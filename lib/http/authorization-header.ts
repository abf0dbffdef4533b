import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { AsposeAuthError } from '../errors/aspose-auth.error.js';
import type { AccessToken } from '../token/access-token.js';
import { REDACTED_MARK } from '../token/redacted.js';

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
  throw unusable(
    'A copy of an access token holds no text (structuredClone and { ...token } make such copies; so do some caches). ' +
      'Hand the token itself on, or its token.value.',
  );
}

/**
 * Refuses a header that was made from a printed token, or from a copy of one.
 *
 * @throws {AsposeAuthError} that says how to write it.
 */
export function assertNotRedacted(authorization: unknown): void {
  if (typeof authorization !== 'string') return;
  if (authorization.includes(REDACTED_MARK))
    throw unusable(
      'The Authorization header holds a printed token ("[redacted …]"), which no API accepts. ' +
        'Write token.value in place of token, or leave the header out: it is attached for you.',
    );
  if (/^bearer (undefined|null|\[object \w+\])$/i.test(authorization.trim()))
    throw unusable(
      `The Authorization header reads "${authorization}", which no API accepts: a copy of an access token holds no text. ` +
        'Write the value of the token itself, or leave the header out: it is attached for you.',
    );
}

function unusable(message: string): AsposeAuthError {
  return new AsposeAuthError(
    AsposeAuthErrorCode.REDACTED_AUTHORIZATION,
    message,
  );
}
