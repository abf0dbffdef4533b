import { PassThrough, pipeline, type Readable } from 'node:stream';

import type { AccessToken } from '../token/access-token.js';
import { loopbackRoute } from '../token/loopback-route.js';
import type {
  AxiosLikeAdapter,
  AxiosLikeConfig,
  AxiosLikeResponse,
} from './axios-like.js';
import { type BearerRequest, challengesToken } from './bearer-exchange.js';
import { discardBody } from './discard-body.js';
import { redirectGuard } from './redirect-guard.js';
import { isReplayableBody, isStream } from './replayable-body.js';
import { endUpload, freshBody, signalOfRequest } from './request-stream.js';
import { settleUrl } from './request-url.js';
import { scrubError, scrubResponse } from './scrub.js';

/** An answer of axios, and whether the token was still with the request when it was given. */
export interface AxiosAnswer {
  readonly response: AxiosLikeResponse;
  /** What axios rejected with, if its `validateStatus` does not like the status. */
  readonly error?: unknown;
  readonly isAuthorised: boolean;
}

/**
 * A request of axios that carries a token.
 *
 * Each attempt works on a copy of the config, so that what the app gets to see holds no token.
 */
export class AxiosBearerRequest implements BearerRequest<AxiosAnswer> {
  readonly origin: string;
  readonly minValidityMs: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly canRepeat: boolean;
  readonly #adapter: AxiosLikeAdapter;
  readonly #config: AxiosLikeConfig;

  constructor(
    adapter: AxiosLikeAdapter,
    config: AxiosLikeConfig,
    origin: string,
  ) {
    const { aspose, data, signal } = config;
    this.origin = origin;
    this.minValidityMs = aspose?.minValidityMs;
    this.signal = signalOfRequest(
      signal instanceof AbortSignal ? signal : undefined,
      data,
    );
    this.canRepeat =
      (aspose?.body !== undefined || isReplayableBody(data)) &&
      aspose?.retryUnauthorized !== false;
    this.#adapter = adapter;
    this.#config = config;
  }

  async send(token: AccessToken | undefined): Promise<AxiosAnswer> {
    const config = this.#config;
    if (config.cancelToken?.reason) throw config.cancelToken.reason;
    const guard = redirectGuard(this.origin, config.beforeRedirect);
    const fresh = freshBody(config.aspose);
    const sent = withBody(config, fresh ?? config.data);
    settleUrl(sent);
    Object.assign(sent, loopbackRoute(this.origin, sent));
    sent.headers = copyOf(config.headers);
    sent.beforeRedirect = guard.beforeRedirect;
    if (token !== undefined)
      sent.headers.set('Authorization', `Bearer ${token.value}`);
    try {
      const response = await this.#adapter(sent);
      endUpload(fresh, response);
      scrubResponse(response, config);
      return { response, isAuthorised: guard.isAuthorised };
    } catch (error) {
      const response = scrubError(error, config);
      endUpload(fresh, response);
      if (response === undefined) throw error;
      return { response, error, isAuthorised: guard.isAuthorised };
    }
  }

  isRefusal({ response, isAuthorised }: AxiosAnswer): boolean {
    return (
      isAuthorised &&
      response.status === 401 &&
      challengesToken(headerOf(response, 'www-authenticate'))
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

/** A copy of a config with a body of its own; a stream follows no redirect, for which it would be kept in memory. */
export function withBody(
  config: AxiosLikeConfig,
  data: unknown,
): AxiosLikeConfig {
  const copy = copyOf(config);
  // Newer versions of axios give a config this in place of a prototype. It is not enumerable.
  const bare = Object.getOwnPropertyDescriptor(config, 'hasOwnProperty');
  if (bare !== undefined) Object.defineProperty(copy, 'hasOwnProperty', bare);
  copy.data = data;
  if (!isReplayableBody(data)) copy.maxRedirects ??= 0;
  return copy;
}

/** For every request: a spread takes several times as long, and axios parses its headers anew. */
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

/** Of whatever spelling: an adapter in place of a real one may have any. */
function headerOf(
  { headers = {} }: AxiosLikeResponse,
  wanted: string,
): string | undefined {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === wanted);
  const value = name === undefined ? undefined : headers[name];
  return typeof value === 'string' ? value : undefined;
}
