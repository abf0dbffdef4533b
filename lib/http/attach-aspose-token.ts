import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import type { TokenSource } from '../token/token-source.js';
import type { AxiosLike } from './axios-like.js';
import { interceptWithBearer } from './bearer-interceptor.js';
import {
  allowedOriginsFor,
  CANNOT_ATTACH,
  type TokenDestination,
} from './token-destination.js';

interface Attachment {
  readonly allowedOrigins: readonly string[];
  readonly detach: () => void;
}

/** By instance, who gives it tokens, for where, and how to end that. */
const attached = new WeakMap<object, Map<TokenSource, Attachment>>();

/**
 * Has an axios instance or `HttpService` that the app has already send the token to Aspose, and to nobody else.
 *
 * Requests to other origins are left alone, and so are those that bring an `Authorization` of their own. A refused
 * token (401) is replaced and the request sent again, as with `AsposeHttpService`. Attaching twice is attaching once, to
 * the origins that were named last. axios runs request interceptors from the last added to the first: attach before you
 * add one that names an adapter, or that adapter sends the request without the token.
 *
 * @returns a function that detaches.
 * @throws {InvalidOptionsError} when an allowed origin is none, or when there is no client or no token source.
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
  if (!client)
    throw new InvalidOptionsError(
      [
        'There is no HTTP client: pass an axios instance or an HttpService. Was it injected, and not imported as a type only?',
      ],
      { what: CANNOT_ATTACH },
    );
  const instance = 'axiosRef' in client ? client.axiosRef : client;
  const sources = attached.get(instance) ?? new Map<TokenSource, Attachment>();
  const allowedOrigins = allowedOriginsFor(tokens, destination);
  const before = sources.get(tokens);
  if (before && String(before.allowedOrigins) === String(allowedOrigins))
    return before.detach;
  before?.detach();

  const eject = interceptWithBearer(instance, {
    tokens,
    allowedOrigins,
    onForeignOrigin: 'skip',
  });
  const detach = () => {
    // Called a second time, it must not forget what was attached since.
    if (sources.get(tokens)?.detach === detach) sources.delete(tokens);
    eject();
  };
  attached.set(instance, sources.set(tokens, { allowedOrigins, detach }));
  return detach;
}
