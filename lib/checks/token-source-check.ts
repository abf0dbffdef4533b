import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import type { TokenSource } from '../token/token-source.js';

/**
 * Refuses to go on without a token source, which a mistaken injection gives.
 *
 * @param what - what cannot be done without one, to begin the message with.
 * @throws {InvalidOptionsError}
 */
export function assertTokenSource(
  tokens: TokenSource | undefined,
  what: string,
): void {
  if (tokens) return;
  throw new InvalidOptionsError(
    [
      'There is no token source: pass AsposeTokenService. Was it injected, and not imported as a type only?',
    ],
    { what },
  );
}
