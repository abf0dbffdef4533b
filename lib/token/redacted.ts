import { createHash } from 'node:crypto';

/**
 * A string that prints as its fingerprint, whoever prints it.
 *
 * `toString`, `toJSON` and `util.inspect` give `[redacted sha256:1a2b3c4d]`, which tells two values apart in a log
 * and gives neither away. The string itself is reached through {@link Redacted.value} alone.
 */
export class Redacted {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /**
   * The string in clear. Send it, but never log it.
   *
   * @throws {TypeError} on a copy that was made field by field, which holds no string.
   */
  get value(): string {
    if (#value in this) return this.#value;
    throw new TypeError(
      'This is a copy of a redacted value, which holds no text. Pass on the original, or its value.',
    );
  }

  /** The value's SHA-256, in hexadecimal. */
  get sha256(): string {
    return sha256(this.value);
  }

  /** The first eight digits of {@link Redacted.sha256}: enough to tell values apart in a log. */
  get fingerprint(): string {
    return this.sha256.slice(0, 8);
  }

  toString(): string {
    return #value in this ? `[redacted sha256:${this.fingerprint}]` : COPY;
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** How a copy prints: it holds nothing that tells it from another. */
const COPY = '[redacted copy]';

/** How the printed form of a {@link Redacted} value begins. */
export const REDACTED_MARK = '[redacted ';

/** The SHA-256 of a text in hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A URL as it may be printed: without user information, query and fragment. */
export function printableUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
