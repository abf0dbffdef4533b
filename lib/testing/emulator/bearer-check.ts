import type { EmulatorAnswer } from './emulator-answer.js';
import type { TokenVerdict } from './request-log.js';

/** The verdict on a call and, unless its token is valid, the 401. */
export interface BearerCheck {
  readonly token: TokenVerdict;
  readonly unauthorized?: EmulatorAnswer;
}

/**
 * Judges an `Authorization` header.
 *
 * @param whyInvalid - says why a token is invalid, or `undefined` when it is valid.
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export function checkBearer(
  authorization: string | undefined,
  whyInvalid: (token: string) => string | undefined,
): BearerCheck {
  const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (token === undefined)
    return { token: 'none', unauthorized: unauthorized('Bearer') };
  const reason = whyInvalid(token);
  return reason === undefined
    ? { token: 'valid' }
    : { token: 'invalid', unauthorized: unauthorized(invalidToken(reason)) };
}

/** The challenge to a token that is invalid for this reason. */
export function invalidToken(reason: string): string {
  return `Bearer error="invalid_token", error_description="${reason}"`;
}

/** A 401 with this challenge and, as from ASP.NET Core, without a body. */
function unauthorized(challenge: string): EmulatorAnswer {
  return { status: 401, headers: { 'WWW-Authenticate': challenge } };
}
