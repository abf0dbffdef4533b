import { PassThrough, pipeline } from 'node:stream';

import { directRoute } from '../../network/environment-proxy.js';
import { bearerHeader, originForToken } from '../attach-policy.js';
import { isAbsolute, underBaseUrl } from '../base-url.js';
import type { BearerRequest } from '../bearer-exchange.js';
import {
  discardBody,
  isReplayableBody,
  isStream,
} from '../body/replayable-body.js';
import { endUpload, requestBody } from '../body/request-body.js';
import { snapshotOf } from '../body/snapshot.js';
import { nameOfCall } from '../failed-call.js';
import { type TokenArrival, isAboutToken } from '../token-arrival.js';
import { watchedArrival } from './axios-fetch-redirects.js';
import type {
  AxiosLikeAdapter,
  AxiosLikeConfig,
  AxiosLikeResponse,
} from './axios-like.js';
import { redirectGuard } from './redirect-guard.js';
import { hideConnections, scrubError, scrubResponse } from './scrub.js';

/** What axios answers. */
export interface AxiosOutcome {
  readonly response: AxiosLikeResponse;
  /** What axios rejected with, if its `validateStatus` rejects the status. */
  readonly error?: unknown;
}

/** The same, and whether the request still carried the token. */
type AxiosAnswer = AxiosOutcome & { readonly arrival: TokenArrival };

/**
 * Makes a request of axios that carries a token.
 *
 * Everything is taken in the tick in which it is made: what its caller changes later is not sent. Each attempt works on a
 * copy of the config, so that what the app gets to see holds no token.
 *
 * @param copyLimitBytes - a body of more bytes is not copied.
 * @throws {AsposeAuthError} when the body is a stream that was used up before.
 */
export function axiosBearerRequest(
  adapter: AxiosLikeAdapter,
  config: AxiosLikeConfig,
  origin: string,
  copyLimitBytes = Infinity,
): BearerRequest<AxiosAnswer> {
  const { aspose = {}, data, signal } = config;
  const body = requestBody(data, aspose, copyLimitBytes);
  const taken = takenConfig(config, origin);
  return {
    origin,
    aspose,
    body,
    signal: signal instanceof AbortSignal ? signal : undefined,
    async send(token) {
      const { headers, beforeRedirect, cancelToken } = taken;
      if (cancelToken?.reason) throw cancelToken.reason;
      const upload = body.release();
      const guard = redirectGuard(origin, beforeRedirect);
      const sent = withBody(taken, upload);
      sent.headers = copyOf(headers);
      hideConnections(sent);
      sent.beforeRedirect = guard.beforeRedirect;
      if (token !== undefined) {
        // Once more, in the tick in which it is sent.
        originForToken(
          { url: urlAtOrigin(sent) },
          { allowedOrigins: [origin], onForeignOrigin: 'forbid' },
        );
        sent.headers.set('Authorization', bearerHeader(token));
      }
      const outcome = await sendOnce(adapter, sent, config);
      const { request } = outcome.response;
      // An adapter that makes requests by `fetch` calls no hook before a redirect.
      if (request instanceof Request)
        return { ...outcome, arrival: watchedArrival(request) };
      return { ...outcome, arrival: guard.isAuthorised ? 'yes' : 'no' };
    },
    isUnauthorized: ({ response, arrival }) =>
      response.status === 401 && isAboutToken(challengeOf(response), arrival),
    setAside(answer) {
      setAside(answer.response);
      return answer;
    },
    discard: ({ response }) => discardBody(response.data),
  };
}

/**
 * Sends a config once and ends its upload.
 *
 * @param shown - the config that the app gets to see in its place.
 */
export async function sendOnce(
  adapter: AxiosLikeAdapter,
  sent: AxiosLikeConfig,
  shown: AxiosLikeConfig,
): Promise<AxiosOutcome> {
  const upload = sent.data;
  try {
    const response = await adapter(sent);
    endUpload(upload, response, shown.data);
    scrubResponse(response, shown);
    return { response };
  } catch (error) {
    const response = scrubError(error, shown);
    endUpload(upload, response, shown.data);
    if (response === undefined) throw error;
    return { response, error };
  }
}

/** A config as it is at the call, without its body: the URL is text, and nothing in it can be changed by the caller. */
function takenConfig(config: AxiosLikeConfig, origin: string): AxiosLikeConfig {
  const taken = withBody(config, undefined);
  if (config.url !== undefined) taken.url = String(config.url);
  if (config.baseURL) taken.baseURL = String(config.baseURL);
  if (config.params !== undefined) taken.params = snapshotOf(config.params);
  taken.headers = copyOf(config.headers);
  return Object.assign(taken, directRoute(origin, taken));
}

/** Copies a config, with a body of its own. Streams follow no redirect: axios would buffer them. */
export function withBody(
  config: AxiosLikeConfig,
  data: unknown,
): AxiosLikeConfig {
  const copy = copyOf(config);
  // axios gives configs this in place of a prototype. It is not enumerable.
  const bare = Object.getOwnPropertyDescriptor(config, 'hasOwnProperty');
  if (bare !== undefined) Object.defineProperty(copy, 'hasOwnProperty', bare);
  copy.data = data;
  if (!isReplayableBody(data)) copy.maxRedirects ??= 0;
  return copy;
}

/** Not a spread: that takes several times as long, and axios would parse the headers again. */
function copyOf<T extends object>(original: T): T {
  const copy = Object.create(Object.getPrototypeOf(original) as object) as T;
  for (const name of Object.keys(original) as (keyof T)[])
    copy[name] = original[name];
  return copy;
}

/** A URL at the origin that a request is made to: the base URL if axios appends a path to it. */
export function urlAtOrigin(config: AxiosLikeConfig): string {
  const { base, url } = urlParts(config);
  return base === '' ? url : base;
}

/** The call that a config makes, for a log. */
export function nameOfRequest(config: AxiosLikeConfig): string {
  const { base, url } = urlParts(config);
  const whole = base === '' ? url : underBaseUrl(base, url);
  return nameOfCall(config.method ?? 'get', whole);
}

/** A URL, and what axios puts before it. */
function urlParts(config: AxiosLikeConfig): { base: string; url: string } {
  const url = String(config.url ?? '');
  const base = String(config.baseURL ?? '');
  const isWhole = config.allowAbsoluteUrls !== false && isAbsolute(url);
  return { base: isWhole ? '' : base, url };
}

const SET_ASIDE_BYTES = 64 * 1024;

/** Reads a streamed answer ahead, so that a short one does not occupy its connection while it may still be needed. */
export function setAside(response: AxiosLikeResponse): void {
  const { data } = response;
  if (!isStream(data)) return;
  const ahead = new PassThrough({ highWaterMark: SET_ASIDE_BYTES });
  pipeline(data, ahead, () => {});
  response.data = ahead;
}

/** Finds the header in any case: a mock adapter may spell names any way. */
function challengeOf({ headers = {} }: AxiosLikeResponse): string | undefined {
  const names = Object.keys(headers);
  const name = names.find((key) => /^www-authenticate$/i.test(key));
  const value = name === undefined ? undefined : headers[name];
  return typeof value === 'string' ? value : undefined;
}
