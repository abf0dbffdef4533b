import type { AccessToken } from './access-token.js';

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
 * Anything that returns valid access tokens, as those who ask for one see it.
 *
 * Also the injection token of the app's tokens. A test that replaces them overrides `AsposeTokenService`, from which this
 * one is provided: `overrideProvider(AsposeTokenService).useValue({ getToken })` reaches everybody who asks for a token.
 */
export abstract class TokenSource {
  /**
   * Returns a token that may be sent now. Safe to call concurrently.
   *
   * @throws {AsposeAuthError} when no valid token is available.
   */
  abstract getToken(options?: GetTokenOptions): Promise<AccessToken>;

  /** Returns, without any I/O, a token that may be sent now, or undefined. */
  peekToken(): AccessToken | undefined {
    return undefined;
  }

  /**
   * The source that a request and its repetitions ask: the same one, unless it depends on who is served. What it returns is
   * pinned already, and another only where that request itself begins to serve somebody else.
   */
  pin(): TokenSource {
    return this;
  }

  /**
   * Calls a function for which, and for all that it starts, it hands out the tokens that it hands out now.
   *
   * @internal
   */
  runPinned<T>(call: () => T): T {
    return call();
  }

  /** Whether it never gives a token, since none is wanted: `auth: 'none'`. */
  get isDisabled(): boolean {
    return false;
  }

  /** Where its tokens may be sent; undefined if the sender decides. */
  get allowedOrigins(): readonly string[] | undefined {
    return undefined;
  }
}
