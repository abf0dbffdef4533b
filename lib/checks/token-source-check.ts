import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import type { TokenSource } from '../token/token-source.js';

/**
 * Asserts that there is a token source: a mistaken injection gives none.
 *
 * @param what - what cannot be done without one; begins the message.
 * @throws {InvalidOptionsError}
 */
export function assertTokenSource(
  tokens: TokenSource | undefined,
  what: string,
): void {
  if (tokens) return;
  throw new InvalidOptionsError(what, [
    'There is no token source: pass AsposeTokenService. Was it injected, and not imported as a type only?',
  ]);
}
