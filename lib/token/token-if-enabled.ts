import { AsposeAuthErrorCode, isAsposeAuthError } from '../errors/errors.js';
import type { AccessToken } from './access-token.js';
import type { GetTokenOptions, TokenSource } from './token-source.js';

/**
 * Gets a token where the app may do without one: undefined with `auth: 'none'`.
 *
 * @throws {AsposeAuthError} when no valid token is available.
 */
export async function tokenIfEnabled(
  tokens: TokenSource,
  options: GetTokenOptions,
): Promise<AccessToken | undefined> {
  try {
    return await tokens.getToken(options);
  } catch (error) {
    if (isDisabled(error)) return undefined;
    throw error;
  }
}

/** Tells whether there is no token because of `auth: 'none'`. */
export function isDisabled(error: unknown): boolean {
  return (
    isAsposeAuthError(error) && error.code === AsposeAuthErrorCode.DISABLED
  );
}
