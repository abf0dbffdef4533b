import type { TokenSource } from '../token/token-source.js';
import type { AxiosLike } from './axios-like.js';
import { interceptWithBearer } from './bearer-interceptor.js';
import {
  allowedOriginsFor,
  type TokenDestination,
} from './token-destination.js';

/** By instance, who gives it tokens, and how to end that. */
const attached = new WeakMap<object, Map<TokenSource, () => void>>();

/**
 * Has an axios instance or `HttpService` that the app has already send the token to Aspose, and to nobody else.
 *
 * Requests to other origins are left alone, and so are those that bring an `Authorization` of their own. A refused
 * token (401) is replaced and the request sent again, as with `AsposeHttpService`. Attaching twice is attaching once.
 *
 * @returns a function that detaches.
 * @throws {InvalidOptionsError} when an allowed origin is none.
 *
 * @example
 * ```ts
 * constructor(http: HttpService, tokens: AsposeTokenService) {
 *   attachAsposeToken(http, tokens);
 * }
 * ```
 */
export function attachAsposeToken(
  client: AxiosLike | { readonly axiosRef: AxiosLike },
  tokens: TokenSource,
  destination: TokenDestination = {},
): () => void {
  const instance = 'axiosRef' in client ? client.axiosRef : client;
  const sources = attached.get(instance) ?? new Map<TokenSource, () => void>();
  const before = sources.get(tokens);
  if (before !== undefined) return before;

  const detach = interceptWithBearer(instance, {
    tokens,
    allowedOrigins: allowedOriginsFor(tokens, destination),
    onForeignOrigin: 'skip',
  });
  const detachOnce = () => {
    // Called a second time, it must not forget what was attached since.
    if (sources.get(tokens) === detachOnce) sources.delete(tokens);
    detach();
  };
  attached.set(instance, sources.set(tokens, detachOnce));
  return detachOnce;
}
