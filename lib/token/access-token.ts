import { Redacted } from './redacted.js';
import type { ClockReading } from './token-clock.js';

/** How long a token lives, and from when. */
export interface AccessTokenLife {
  /** How long the token is valid, in milliseconds from {@link AccessTokenLife.issuedAt}. */
  readonly lifetimeMs: number;
  /** The age, in milliseconds, at which a replacement is fetched; drawn once per token. */
  readonly refreshAfterMs: number;
  /** Both clocks, read just before the token request was sent. */
  readonly issuedAt: ClockReading;
  /** Present if another process fetched the token, and a shared store brought it. */
  readonly shared?: SharedLife | undefined;
}

/** What is known of a token that another process fetched. */
export interface SharedLife {
  /** The origin that answered 401 to the token before, and how many renewals for it in a row had not helped. */
  readonly renewedFor?:
    { readonly origin: string; readonly useless: number } | undefined;
}

const EVERLASTING: AccessTokenLife = {
  lifetimeMs: Infinity,
  refreshAfterMs: Infinity,
  issuedAt: { monotonicMs: 0, wallMs: 0 },
};

/**
 * An Aspose access token: immutable, and redacted wherever it is printed.
 *
 * Only {@link AccessToken.value} reveals it.
 *
 * @example
 * ```ts
 * const token = await tokens.getToken();
 * headers.set('Authorization', `Bearer ${token.value}`);
 * logger.log(`using ${token}`); // using [redacted sha256:1a2b3c4d]
 * ```
 */
export class AccessToken extends Redacted implements AccessTokenLife {
  readonly lifetimeMs: number;
  readonly refreshAfterMs: number;
  readonly issuedAt: ClockReading;
  readonly shared?: SharedLife | undefined;

  /**
   * Without a life, the token never expires. A static token is such a token.
   *
   * @throws {TypeError} without a text, as from a library that clones objects field by field.
   */
  constructor(value: string, life: AccessTokenLife = EVERLASTING) {
    if (typeof value !== 'string')
      throw new TypeError(
        'An AccessToken cannot be made without its text. Was one cloned, for example by a ValidationPipe with validateCustomDecorators?',
      );
    super(value);
    this.lifetimeMs = life.lifetimeMs;
    this.refreshAfterMs = life.refreshAfterMs;
    this.issuedAt = life.issuedAt;
    this.shared = life.shared;
  }

  /** When the token expires, in milliseconds since the epoch; `Infinity` for a static token. */
  get expiresAt(): number {
    return this.issuedAt.wallMs + this.lifetimeMs;
  }
}

/**
 * Tells whether a string may stand behind `Bearer ` in a header.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
export function isBearerToken(value: string): boolean {
  return /^[A-Za-z0-9\-._~+/]+=*$/.test(value);
}
