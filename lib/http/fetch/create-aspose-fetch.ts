import { Readable } from 'node:stream';

import { InvalidOptionsError } from '../../errors/errors.js';
import { assertDirectFetch } from '../../network/environment-proxy.js';
import { completeSource } from '../../token/token-layer.js';
import type { TokenSource } from '../../token/token-source.js';
import {
  type AttachPolicy,
  isAtOrigin,
  originForToken,
} from '../attach-policy.js';
import { isAbsolute, underBaseUrl } from '../base-url.js';
import { exchangeWithToken } from '../bearer-exchange.js';
import { captureStream } from '../body/captured-stream.js';
import { isReplayableBody, isStream } from '../body/replayable-body.js';
import { copyLimitBytesFor, freshBody } from '../body/request-body.js';
import { type CallersPart, nameOfCall, noteFailure } from '../failed-call.js';
import {
  allowedOriginsFor,
  assertBaseUrl,
  CANNOT_ATTACH,
  DESTINATION_OPTIONS,
  type TokenDestination,
} from '../token-destination.js';
import { fetchBearerRequest, untilItFails } from './fetch-bearer-request.js';
import { idleFetch } from './idle-fetch.js';
import {
  type AsposeRequestInit,
  type FetchCall,
  headersWith,
  readCall,
  withBody,
} from './fetch-input.js';

export type { AsposeRequestInit };

/** `fetch` that attaches the token where it may. */
export type AsposeFetch = (
  input: string | URL | Request,
  init?: AsposeRequestInit,
) => Promise<Response>;

/** How an {@link AsposeFetch} is made. */
export interface AsposeFetchOptions extends TokenDestination {
  /**
   * Where paths lead: with it, `fetch('/v4.0/cells')` works as with `AsposeHttpService`. Its origin must be an allowed
   * one. The fetch that is injected has that of its client.
   */
  readonly baseUrl?: string | undefined;
  /**
   * What makes the requests: a `fetch` with a proxy or an agent of its own, say. It must drop `Authorization` on a
   * redirect to another origin, as the platform's does (node-fetch 2 does not). It gets Node streams unchanged.
   *
   * @default the platform's `fetch`
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/**
 * Makes a `fetch` that sends the token to Aspose, and to nobody else.
 *
 * Takes URLs, strings and `Request` objects, with a `baseUrl` also paths, and keeps what `fetch` does with redirects and signals; but a streamed body
 * follows no redirect unless `redirect` says so. Requests to other origins are left alone, and so are those that bring
 * an `Authorization` of their own. An unauthorized token (401) is replaced and the request sent again when its body can be:
 * the body of a `Request` object is a stream and cannot. What is passed is read when the call starts, as `fetch` does: do
 * not change a body of more than 1 MiB before it has settled.
 *
 * @throws {InvalidOptionsError} when an allowed origin is not an origin, when `baseUrl` leads to none of them, when an
 *   option is unknown, or when there is no token source. The calls reject with it when they are given a path and there is no `baseUrl`.
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
  const allowedOrigins = allowedOriginsFor(tokens, options, CANNOT_ATTACH, [
    ...DESTINATION_OPTIONS,
    'baseUrl',
    'fetch',
  ]);
  assertBaseUrl(options.baseUrl, allowedOrigins, options.allowInsecureHttp);
  const source = completeSource(tokens, allowedOrigins);
  return bearerFetch(source, { ...options, allowedOrigins });
}

/** Makes an {@link AsposeFetch} for origins that are checked already. */
export function bearerFetch(
  tokens: TokenSource,
  {
    allowedOrigins,
    baseUrl,
    fetch = platformFetch,
    idleTimeoutMs = 0,
  }: Pick<AttachPolicy, 'allowedOrigins'> &
    Pick<AsposeFetchOptions, 'baseUrl' | 'fetch'> & {
      readonly idleTimeoutMs?: number;
    },
): AsposeFetch {
  const policy: AttachPolicy = { allowedOrigins, onForeignOrigin: 'leave' };
  const send =
    fetch === platformFetch && idleTimeoutMs > 0
      ? idleFetch(fetch, idleTimeoutMs)
      : fetch;
  return async (given, settings) => {
    const whole = withBase(given, baseUrl);
    const input = fetch === platformFetch ? platformInput(whole) : whole;
    const call = readCall(input, settings);
    const { aspose, headers, url } = call;
    const authorization = headers.get('Authorization');
    const { attach } = aspose;
    const origin = originForToken({ url, authorization, attach }, policy);
    if (origin === undefined) {
      const isAspose = allowedOrigins.some((one) => isAtOrigin(url, one));
      const answer = sendWithoutToken(isAspose ? send : fetch, call);
      return isAspose ? noted(answer, call, partOf(call)) : answer;
    }
    if (fetch === platformFetch) assertDirectFetch(url, process.env);
    const limitBytes = copyLimitBytesFor(tokens, aspose.minValidityMs);
    const request = fetchBearerRequest(send, call, origin, limitBytes);
    return noted(exchangeWithToken(tokens, request), call, request);
  };
}

/** The platform's fetch knows no paths: it is given where they lead. Anything that has a scheme is left as it is. */
function withBase<Input>(
  input: Input,
  baseUrl: string | undefined,
): Input | string {
  if (typeof input !== 'string' || isAbsolute(input) || URL.canParse(input))
    return input;
  if (baseUrl !== undefined) return underBaseUrl(baseUrl, input);
  throw new InvalidOptionsError('The request cannot be made', [
    `"${input.replace(/[?#].*/s, '')}" is a path, and this fetch has no base URL: pass baseUrl to createAsposeFetch, or use the AsposeFetch that is injected (@InjectAsposeFetch()), which has one.`,
  ]);
}

/** What the caller of a request without a token has to do with its failure. */
function partOf({ aspose, init, request }: FetchCall): CallersPart {
  const body = init.body ?? request?.body;
  const isReplayable = aspose.body !== undefined || isReplayableBody(body);
  return { signal: init.signal, body: { isReplayable } };
}

/** Notes the failure of a call to Aspose: what `fetch` rejects with, and an answer that is no 2xx. */
async function noted(
  answer: Promise<Response>,
  { url, init, request }: FetchCall,
  part: CallersPart,
): Promise<Response> {
  const note = (outcome: unknown) => {
    const method = init.method ?? request?.method ?? 'GET';
    noteFailure(outcome, nameOfCall(method, url), part);
  };
  try {
    const response = await answer;
    if (!response.ok) note(response);
    return response;
  } catch (error) {
    note(error);
    throw error;
  }
}

/** The platform's fetch takes the request of another implementation for text. */
function platformInput(input: string | URL | Request): string | Request {
  if (input instanceof Request || typeof input === 'string') return input;
  return input instanceof URL ? input.href : Object(input).toString();
}

async function sendWithoutToken(
  fetch: typeof globalThis.fetch,
  { input, request, init, headers, aspose }: FetchCall,
): Promise<Response> {
  const fresh = freshBody(aspose);
  if (fresh !== undefined) {
    const sent = withBody(fresh, init, request);
    sent.headers = headersWith(fresh, headers);
    return untilItFails(fresh, fetch(input, sent));
  }
  if (!isStream(init.body)) return fetch(input, init);
  const sent = { ...init, headers: headersWith(init.body, headers) };
  return fetch(input, { duplex: 'half', ...sent });
}

/** The global fetch, looked up at each call, extended to all Node streams. */
const platformFetch: typeof globalThis.fetch = (input, init) =>
  globalThis.fetch(
    input,
    isStream(init?.body) ? { ...init, body: toWeb(init.body) } : init,
  );

/** Not by Readable.toWeb: in Node 26 a stream of text makes it throw where nobody can catch it. */
function toWeb(body: Readable): ReadableStream {
  return ReadableStream.from(
    body instanceof Readable ? body : captureStream(body),
  );
}
