import type { EmulatorAnswer } from './emulator-answer.js';
import type { TokenVerdict } from './received-requests.js';

/** @internal The verdict on a call, and how it is refused unless the token is valid. */
export interface BearerCheck {
  readonly token: TokenVerdict;
  readonly refusal?: EmulatorAnswer;
}

/**
 * Judges an `Authorization` header.
 *
 * @param refusalOf says why a token is refused, or `undefined` when it is valid.
 * @internal
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export function checkBearer(
  authorization: string | undefined,
  refusalOf: (token: string) => string | undefined,
): BearerCheck {
  const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) {
    return { token: 'none', refusal: unauthorized('Bearer') };
  }
  const reason = refusalOf(token);
  return reason === undefined
    ? { token: 'valid' }
    : { token: 'invalid', refusal: unauthorized(invalidToken(reason)) };
}

/** @internal The challenge to a token that is refused for this reason. */
export function invalidToken(reason: string): string {
  return `Bearer error="invalid_token", error_description="${reason}"`;
}

/** A 401 with this challenge and, as ASP.NET Core has it, no body. */
function unauthorized(challenge: string): EmulatorAnswer {
  return { status: 401, headers: { 'WWW-Authenticate': challenge } };
}
