import type { OutgoingHttpHeaders } from 'node:http';

/**
 * A way for a request to go wrong: a false answer, none, or the genuine answer delivered badly.
 *
 * @example
 * ```ts
 * cloud.failNext({ kind: 'reset' });
 * cloud.failNext({ kind: 'throttle', retryAfter: '2' }, { times: 3 });
 * cloud.failNext({ kind: 'unauthorized' }, { path: 'api' });
 * ```
 */
export type EmulatorFault =
  /** 400 `invalid_client`, as for a wrong secret. Does not count towards a ban. */
  | { readonly kind: 'refuse' }
  /** 401 with the challenge to an invalid token, and with an empty body unless given. */
  | { readonly kind: 'unauthorized'; readonly body?: unknown }
  /** 429 or `status`, without a body, and without `Retry-After` unless given. */
  | {
      readonly kind: 'throttle';
      readonly status?: number;
      readonly retryAfter?: string;
    }
  /** The page of a load balancer whose service is down; 502 or `status`. */
  | { readonly kind: 'html'; readonly status?: number }
  /** 307 or `status`, to `location`. */
  | {
      readonly kind: 'redirect';
      readonly location: string;
      readonly status?: number;
    }
  /** 200 or `status`, with an empty body unless given. A string is sent as it is, all else as JSON. */
  | {
      readonly kind: 'answer';
      readonly status?: number;
      readonly body?: unknown;
      readonly headers?: OutgoingHttpHeaders;
    }
  /** The connection is reset. */
  | { readonly kind: 'reset' }
  /** Nothing is answered until the emulator closes or the client gives up. */
  | { readonly kind: 'hang' }
  /** The whole answer comes late. It is decided on arrival, so its token ages meanwhile. */
  | { readonly kind: 'slow-headers'; readonly delayMs: number }
  /** Headers and the first half of the body come at once, the rest late. */
  | { readonly kind: 'slow-body'; readonly delayMs: number }
  /**
   * Only the first half of the body comes. The answer ends properly, unless a route has already promised its length
   * with `writeHead`; then the connection breaks.
   */
  | { readonly kind: 'truncated' };

/** How often a fault happens, and to which requests. */
export interface FailNextOptions {
  /** How many requests get the fault; `Infinity`: all until the emulator heals. @default 1 */
  readonly times?: number;
  /** Which requests get the fault: token requests or API calls. @default 'token' */
  readonly path?: 'token' | 'api';
}
