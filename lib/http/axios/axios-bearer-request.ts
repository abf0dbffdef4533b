import { PassThrough, pipeline, type Readable } from 'node:stream';

import type { AccessToken } from '../../token/access-token.js';
import { directRoute } from '../../network/direct-route.js';
import { bearerHeader } from '../authorization-header.js';
import { watchedArrival } from './axios-fetch-redirects.js';
import type {
  AxiosLikeAdapter,
  AxiosLikeConfig,
  AxiosLikeResponse,
} from './axios-like.js';
import type { BearerRequest } from '../bearer-exchange.js';
import { originForToken } from '../attach-policy.js';
import { redirectGuard } from './redirect-guard.js';
import {
  discardBody,
  isReplayableBody,
  isStream,
} from '../body/replayable-body.js';
import { requestBody } from '../body/request-body.js';
import { endUpload } from '../body/request-stream.js';
import type { TakenBody } from '../body/taken-body.js';
import type { AsposeRequestOptions } from '../request-options.js';
import { urlAtOrigin } from './request-url.js';
import { hideConnections, scrubError, scrubResponse } from './scrub.js';
import { snapshotOf } from '../body/snapshot.js';
import { type TokenArrival, isAboutToken } from '../token-arrival.js';

/** An axios response, and whether the request still carried the token. */
export interface AxiosAnswer {
  readonly response: AxiosLikeResponse;
  /** What axios rejected with, if its `validateStatus` rejects the status. */
  readonly error?: unknown;
  readonly arrival: TokenArrival;
}

/**
 * A request of axios that carries a token.
 *
 * Everything is taken in the tick in which it is made: what its caller changes later is not sent. Each attempt works on a
 * copy of the config, so that what the app gets to see holds no token.
 */
export class AxiosBearerRequest implements BearerRequest<AxiosAnswer> {
  readonly origin: string;
  readonly aspose: AsposeRequestOptions;
  readonly body: TakenBody;
  readonly signal: AbortSignal | undefined;
  readonly #adapter: AxiosLikeAdapter;
  /** What the app gets to see. */
  readonly #config: AxiosLikeConfig;
  /** The same, as it was at the call. */
  readonly #taken: AxiosLikeConfig;

  /**
   * @param copyLimitBytes - a body of more bytes is not copied.
   * @throws {AsposeAuthError} when the body is a stream that was used up before.
   */
  constructor(
    adapter: AxiosLikeAdapter,
    config: AxiosLikeConfig,
    origin: string,
    copyLimitBytes = Infinity,
  ) {
    const { aspose = {}, data, signal } = config;
    this.origin = origin;
    this.aspose = aspose;
    this.body = requestBody(data, aspose.body?.bind(aspose), copyLimitBytes);
    this.signal = signal instanceof AbortSignal ? signal : undefined;
    this.#adapter = adapter;
    this.#config = config;
    this.#taken = takenConfig(config, origin);
  }

  async send(token: AccessToken | undefined): Promise<AxiosAnswer> {
    const config = this.#config;
    const { headers, beforeRedirect, cancelToken } = this.#taken;
    if (cancelToken?.reason) throw cancelToken.reason;
    const upload = this.body.release();
    const guard = redirectGuard(this.origin, beforeRedirect);
    const sent = withBody(this.#taken, upload);
    sent.headers = copyOf(headers);
    hideConnections(sent);
    sent.beforeRedirect = guard.beforeRedirect;
    if (token !== undefined) {
      // Once more, in the tick in which it is sent.
      originForToken(
        { url: urlAtOrigin(sent) },
        { allowedOrigins: [this.origin], onForeignOrigin: 'forbid' },
      );
      sent.headers.set('Authorization', bearerHeader(token));
    }
    try {
      const response = await this.#adapter(sent);
      endUpload(upload, response, config.data);
      scrubResponse(response, config);
      return { response, arrival: axiosArrival(response, guard) };
    } catch (error) {
      const response = scrubError(error, config);
      endUpload(upload, response, config.data);
      if (response === undefined) throw error;
      return {
        response,
        error,
        arrival: axiosArrival(response, guard),
      };
    }
  }

  isUnauthorized({ response, arrival }: AxiosAnswer): boolean {
    return (
      response.status === 401 &&
      isAboutToken(headerOf(response, 'www-authenticate'), arrival)
    );
  }

  setAside(answer: AxiosAnswer): AxiosAnswer {
    const { response } = answer;
    if (isStream(response.data)) response.data = buffered(response.data);
    return answer;
  }

  discard({ response }: AxiosAnswer): void {
    discardBody(response.data);
  }
}

/** A config as it is at the call, without its body: the URL is text, and nothing in it can be changed by the caller. */
function takenConfig(config: AxiosLikeConfig, origin: string): AxiosLikeConfig {
  const taken = withBody(config, undefined);
  if (config.url !== undefined) taken.url = String(config.url);
  if (config.params !== undefined) taken.params = snapshotOf(config.params);
  taken.headers = copyOf(config.headers);
  return Object.assign(taken, directRoute(origin, taken));
}

/** An adapter that makes requests by `fetch` calls no hook before a redirect. */
function axiosArrival(
  { request }: AxiosLikeResponse,
  guard: { readonly isAuthorised: boolean },
): TokenArrival {
  if (request instanceof Request) return watchedArrival(request);
  return guard.isAuthorised ? 'yes' : 'no';
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

const SET_ASIDE_BYTES = 64 * 1024;

/** Reads ahead, so that a short body does not occupy its connection while it may still be needed. */
function buffered(body: Readable): Readable {
  const ahead = new PassThrough({ highWaterMark: SET_ASIDE_BYTES });
  pipeline(body, ahead, () => {});
  return ahead;
}

/** Finds a header in any case: a mock adapter may spell names any way. */
function headerOf(
  { headers = {} }: AxiosLikeResponse,
  wanted: string,
): string | undefined {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === wanted);
  const value = name === undefined ? undefined : headers[name];
  return typeof value === 'string' ? value : undefined;
}
