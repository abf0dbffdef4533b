import { writeTokenResponse } from '../client-credentials/token-response.js';
import type { TokenResponse } from '../client-credentials/token-transport.js';
import { tokenErrorResponse } from '../inbound/token-error-response.js';
import type { AccessToken } from '../token/access-token.js';
import type { TokenClock } from '../token/token-clock.js';
import { tokenAgeMs } from '../token/token-lifetime.js';
import type { TokenSource } from '../token/token-source.js';
import { OAuthError } from './endpoint-answer.js';

const DEFAULT_MIN_VALIDITY_MS = 300_000;

/** Hands out the app's own token, with the rest of its lifetime. */
export class TokenBroker {
  readonly #tokens: TokenSource;
  readonly #clock: TokenClock;
  readonly #minValidityMs: number;

  /** @param minValidityMs - a token that is valid for less is renewed before it is handed out. */
  constructor(
    tokens: TokenSource,
    clock: TokenClock,
    minValidityMs = DEFAULT_MIN_VALIDITY_MS,
  ) {
    this.#tokens = tokens;
    this.#clock = clock;
    this.#minValidityMs = minValidityMs;
  }

  /**
   * @param unauthorizedSha256 - the hash of the token that an API has just answered 401 to.
   * @throws {OAuthError} when no valid token is available.
   */
  async grant(unauthorizedSha256: string | undefined): Promise<TokenResponse> {
    const token = await this.#token(unauthorizedSha256).catch(
      (error: unknown) => {
        throw noToken(error);
      },
    );
    const leftMs = token.lifetimeMs - tokenAgeMs(token, this.#clock);
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: writeTokenResponse(token.value, leftMs),
    };
  }

  async #token(unauthorizedSha256: string | undefined): Promise<AccessToken> {
    const current = this.#tokens.peekToken();
    const unauthorized =
      current !== undefined && current.sha256 === unauthorizedSha256
        ? { token: current }
        : undefined;
    const minValidityMs = this.#minValidityMs;
    try {
      return await this.#tokens.getToken({ minValidityMs, unauthorized });
    } catch (error) {
      const left = this.#tokens.peekToken();
      if (left !== undefined) return left;
      throw error;
    }
  }
}

function noToken(error: unknown): unknown {
  const answer = tokenErrorResponse(error);
  return answer === undefined
    ? error
    : new OAuthError(answer.status, answer.body.message, answer);
}
