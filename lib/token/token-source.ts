import type { AccessToken } from './access-token.js';
import { announceClosing } from './closing.js';
import type { TokenExplanation } from './token-explanation.js';
import type { TokenHold } from './token-hold.js';

/** What a caller asks of a token. */
export interface GetTokenOptions {
  /**
   * How long, in milliseconds, the token must at least stay valid: the expected duration of a long upload, say. Cut
   * to half of the token's lifetime. If no such token is available, the call fails, even if the current one is valid.
   *
   * @default 0
   */
  readonly minValidityMs?: number | undefined;
  /** Detaches this caller when aborted; a token request that others may need goes on. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The token that an API has just answered 401 to. The answer is another token or, where none can be fetched now, the
   * very same: then pass the 401 on.
   */
  readonly unauthorized?: UnauthorizedToken | undefined;
}

/** A token that an API answered 401 to. */
export interface UnauthorizedToken {
  readonly token: AccessToken;
  /** The API's origin. Renewals are limited for each origin, so one that accepts no token does not affect the others. */
  readonly origin?: string | undefined;
}

/**
 * Anything that can return a valid access token.
 *
 * Sources wrap one another, each doing one job. Also the injection token of the app's outermost source, to be
 * replaced with `overrideProvider(TokenSource)`.
 */
export abstract class TokenSource {
  /**
   * Returns a token that may be sent now. Safe to call concurrently.
   *
   * @throws {AsposeAuthError} when no valid token can be had.
   */
  abstract getToken(options?: GetTokenOptions): Promise<AccessToken>;

  /** Returns, without any I/O, a token that may be sent now, or nothing. */
  peekToken(): AccessToken | undefined {
    return undefined;
  }

  /** Whose tokens these are; when it changes, older tokens are given up. */
  get clientId(): string | undefined {
    return undefined;
  }

  /** Where its tokens may be sent; undefined where that is left to those who send them. */
  get allowedOrigins(): readonly string[] | undefined {
    return undefined;
  }

  /** Tells why this source would not ask for a token right now; undefined when it would. */
  hold(): TokenHold | undefined {
    return undefined;
  }

  /** Tells what this source knows and why it does what it does; redacted. */
  explain(): TokenExplanation {
    return { mode: 'custom' };
  }

  /** Forgets failures and holds, so that the next call asks again. */
  reset(): void {}

  /**
   * Stops for good: what runs is aborted and nothing new is started. A valid token may still be used, but no HTTP client
   * that it was attached to sends it any longer. An override must call `super.close()`.
   */
  close(): void {
    announceClosing(this);
  }
}
