import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { AsposeAuthError } from '../errors/aspose-auth.error.js';
import { REDACTED_MARK } from '../token/redacted.js';

/**
 * Refuses a header that was made from a printed token.
 *
 * @throws {AsposeAuthError} that says how to write it.
 */
export function refuseRedacted(authorization: unknown): void {
  if (typeof authorization !== 'string') return;
  if (!authorization.includes(REDACTED_MARK)) return;
  throw new AsposeAuthError(
    AsposeAuthErrorCode.REDACTED_AUTHORIZATION,
    'The Authorization header holds a printed token ("[redacted …]"), which no API accepts. ' +
      'Write token.value in place of token, or leave the header out: it is attached for you.',
  );
}
