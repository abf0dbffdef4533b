import { Reflector } from '@nestjs/core';

/** What `@RequireAsposeToken()` asks of the token. */
export interface RequireAsposeTokenOptions {
  /**
   * How long, in milliseconds, the token must at least stay valid: the expected duration of the handler.
   *
   * @default 0
   */
  readonly minValidityMs?: number | undefined;
}

/**
 * Carries the options from the decorator to the guard.
 *
 * @internal
 */
export const RequireAsposeTokenMetadata =
  Reflector.createDecorator<RequireAsposeTokenOptions>();
