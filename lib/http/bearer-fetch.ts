import { Readable } from 'node:stream';

import type { TokenSource } from '../token/token-source.js';
import type { AsposeRequestOptions } from './axios-like.js';
import { challengesToken, exchangeWithToken } from './bearer-exchange.js';
import { refuseRedacted } from './redacted-authorization.js';
import { mayReceiveToken, originOf } from './origin-policy.js';
import { isReplayableBody } from './replayable-body.js';
import {
  allowedOriginsFor,
  type TokenDestination,
} from './token-destination.js';

/** `RequestInit`, and what this package adds to it. */
export interface AsposeRequestInit extends RequestInit {
  /** How this package treats the request. */
  aspose?: AsposeRequestOptions | undefined;
}

/** `fetch`, with a token to the requests that may carry it. */
export type AsposeFetch = (
  input: string | URL | Request,
  init?: AsposeRequestInit,
) => Promise<Response>;

/** How an {@link AsposeFetch} is made. */
export interface AsposeFetchOptions extends TokenDestination {
  /**
   * What makes the requests: a `fetch` with a proxy or an agent of its own, say.
   *
   * @default the platform's `fetch`
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/**
 * Makes a `fetch` that sends the token to Aspose, and to nobody else.
 *
 * Takes URLs, strings and `Request` objects and keeps what `fetch` does with redirects and signals. Requests to other
 * origins are left alone, and so are those that bring an `Authorization` of their own. A refused token (401) is
 * replaced and the request sent again when its body can be: the body of a `Request` object is a stream and cannot.
 *
 * @throws {InvalidOptionsError} when an allowed origin is none.
 *
 * @example
 * ```ts
 * const fetch = createAsposeFetch(tokens);
 * const response = await fetch('https://api.aspose.cloud/v4.0/cells/status/check');
 * ```
 */
export function createAsposeFetch(
  tokens: TokenSource,
  options: AsposeFetchOptions = {},
): AsposeFetch {
  const { fetch = globalThis.fetch } = options;
  const allowedOrigins = allowedOriginsFor(tokens, options);
  return async (input, { aspose = {}, ...init } = {}) => {
    const request = isRequest(input) ? input : undefined;
    const url = urlOf(input);
    const headers = new Headers(init.headers ?? request?.headers);
    const authorization = headers.get('Authorization');
    refuseRedacted(authorization);
    if (
      aspose.attach === false ||
      authorization !== null ||
      !mayReceiveToken(url, allowedOrigins)
    )
      return fetch(input, { ...init, ...freshBody(aspose.body) });

    const body = init.body ?? request?.body;
    const isReplayable = aspose.body !== undefined || isReplayableBody(body);
    return exchangeWithToken(tokens, {
      origin: new URL(url).origin,
      minValidityMs: aspose.minValidityMs,
      signal: init.signal ?? request?.signal,
      canRepeat: isReplayable && aspose.retryUnauthorized !== false,
      send(token) {
        if (token !== undefined)
          headers.set('Authorization', `Bearer ${token.value}`);
        return fetch(input, { ...init, ...freshBody(aspose.body), headers });
      },
      isRefusal: (response) => refusesToken(response, url),
      setAside: (response) => response,
      discard: (response) => void response.body?.cancel().catch(() => {}),
    });
  };
}

/** The URL that `fetch` would make a request to. */
export function urlOf(input: string | URL | Request): string {
  if (typeof input === 'string') return input;
  return isRequest(input) ? input.url : input.href;
}

/** Not by class: there may be several implementations of fetch. */
function isRequest(input: string | URL | Request): input is Request {
  return typeof input === 'object' && 'url' in input;
}

/** The token does not get beyond a redirect to another origin, so that what is said there is not about it. */
function refusesToken(response: Response, url: string): boolean {
  return (
    response.status === 401 &&
    (!response.redirected || originOf(response.url) === originOf(url)) &&
    challengesToken(response.headers.get('WWW-Authenticate') ?? undefined)
  );
}

function freshBody(make: (() => Readable) | undefined): RequestInit {
  if (make === undefined) return {};
  // fetch insists on being told that it cannot read the answer before the stream is sent.
  return { body: Readable.toWeb(make()) as ReadableStream, duplex: 'half' };
}
