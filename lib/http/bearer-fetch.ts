import { Readable } from 'node:stream';

import type { TokenSource } from '../token/token-source.js';
import type { AsposeRequestOptions } from './axios-like.js';
import { exchangeWithToken } from './bearer-exchange.js';
import { discardBody } from './discard-body.js';
import { refuseRedacted } from './redacted-authorization.js';
import { mayReceiveToken } from './origin-policy.js';
import { isReplayableBody, isStream } from './replayable-body.js';
import { endUpload, freshBody, signalOfRequest } from './request-stream.js';
import { challengesToken } from './token-challenge.js';
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
   * What makes the requests: a `fetch` with a proxy or an agent of its own, say. It has to take `Authorization` off a
   * redirect to another origin, as the platform's does: node-fetch 2 does not. It gets a Node stream as it is.
   *
   * @default the platform's `fetch`
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/**
 * Makes a `fetch` that sends the token to Aspose, and to nobody else.
 *
 * Takes URLs, strings and `Request` objects and keeps what `fetch` does with redirects and signals; but a streamed body
 * follows no redirect unless `redirect` says so. Requests to other origins are left alone, and so are those that bring
 * an `Authorization` of their own. A refused token (401) is replaced and the request sent again when its body can be:
 * the body of a `Request` object is a stream and cannot.
 *
 * @throws {InvalidOptionsError} when an allowed origin is none, or when there is no token source.
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
  const { fetch = platformFetch } = options;
  const allowedOrigins = allowedOriginsFor(tokens, options);
  return async (...given) => {
    const [input, { aspose = {}, ...init }] = settledArguments(...given);
    const request = isRequest(input) ? input : undefined;
    const url = urlOf(input);
    const headers = new Headers(init.headers ?? request?.headers);
    const authorization = headers.get('Authorization');
    refuseRedacted(authorization);
    if (
      aspose.attach === false ||
      authorization !== null ||
      !mayReceiveToken(url, allowedOrigins)
    ) {
      if (aspose.body === undefined) return fetch(input, init);
      const fresh = freshBody(aspose);
      return untilItFails(fresh, fetch(input, withBody(fresh, init, request)));
    }

    const body = init.body ?? request?.body;
    const signal = init.signal === undefined ? request?.signal : init.signal;
    const isReplayable = aspose.body !== undefined || isReplayableBody(body);
    let fresh: unknown;
    return exchangeWithToken(tokens, {
      origin: new URL(url).origin,
      minValidityMs: aspose.minValidityMs,
      signal: signalOfRequest(signal ?? undefined, init.body),
      canRepeat: isReplayable && aspose.retryUnauthorized !== false,
      async send(token) {
        if (token !== undefined)
          headers.set('Authorization', `Bearer ${token.value}`);
        fresh = freshBody(aspose);
        const sent = withBody(fresh ?? init.body, init, request);
        return untilItFails(fresh, fetch(input, { ...sent, headers }));
      },
      isRefusal: refusesToken,
      setAside: (response) => response,
      discard({ body: unread }) {
        endUpload(fresh);
        discardBody(unread);
      },
    });
  };
}

/** The platform's fetch as it is at each call, which also takes every kind of Node stream. */
const platformFetch: typeof globalThis.fetch = (input, init) =>
  globalThis.fetch(
    input,
    isStream(init?.body) ? { ...init, body: toWeb(init.body) } : init,
  );

/** A `Request` in place of the settings has them where no spread finds them. */
function settledArguments(
  input: string | URL | Request,
  init?: AsposeRequestInit,
): [string | URL | Request, AsposeRequestInit] {
  return init instanceof Request
    ? [new Request(input, init), {}]
    : [input, { ...init }];
}

/** Ends the upload of a body that was made for one request, when that fails. */
async function untilItFails(
  fresh: unknown,
  sending: Promise<Response>,
): Promise<Response> {
  try {
    return await sending;
  } catch (error) {
    endUpload(fresh);
    throw error;
  }
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

/** After a redirect nobody can tell whether the token was still with the request: other origins may lie in between. */
function refusesToken(response: Response): boolean {
  return (
    response.status === 401 &&
    !response.redirected &&
    challengesToken(response.headers.get('WWW-Authenticate') ?? undefined)
  );
}

/** A stream follows no redirect unless the caller asks for it: the platform would keep it in memory. */
function withBody(
  body: unknown,
  init: RequestInit,
  request: Request | undefined,
): RequestInit {
  const sent: RequestInit = { ...init };
  if (body !== undefined) sent.body = body as NonNullable<RequestInit['body']>;
  if (isReplayableBody(body)) return sent;
  const asked = request?.redirect === 'follow' ? undefined : request?.redirect;
  return {
    ...sent,
    redirect: init.redirect ?? asked ?? 'error',
    // fetch insists on being told that it cannot read the answer before the stream is sent.
    duplex: 'half',
  };
}

/** Not by Readable.toWeb: in Node 26 a stream of text makes it throw where nobody can catch it. */
function toWeb(body: Readable): ReadableStream {
  return ReadableStream.from(
    body instanceof Readable ? body : new Readable().wrap(body),
  );
}
