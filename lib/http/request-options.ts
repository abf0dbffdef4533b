import type { Readable } from 'node:stream';

/** What this package adds to the config of a single request. */
export interface AsposeRequestOptions {
  /**
   * Whether the token is attached.
   *
   * @default true
   */
  readonly attach?: boolean | undefined;
  /**
   * How long, in milliseconds, the token must at least stay valid: the expected duration of an upload, say. If no such
   * token is available, the request fails, even if the current token is valid.
   *
   * @default 0
   */
  readonly minValidityMs?: number | undefined;
  /**
   * Whether a request whose token is unauthorized (401) is sent again with another.
   *
   * @default true
   */
  readonly retryUnauthorized?: boolean | undefined;
  /**
   * Makes the body, in place of `data`: called when the request is sent, and again for each attempt, so that a stream can
   * be sent again, too.
   */
  readonly body?: (() => Readable) | undefined;
}
