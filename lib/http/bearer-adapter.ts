import { PassThrough, pipeline, type Readable } from 'node:stream';

import { ForeignOriginError } from '../errors/foreign-origin.error.js';
import type { TokenSource } from '../token/token-source.js';
import type {
  AxiosLikeAdapter,
  AxiosLikeConfig,
  AxiosLikeResponse,
} from './axios-like.js';
import {
  type BearerRequest,
  challengesToken,
  exchangeWithToken,
} from './bearer-exchange.js';
import { originOf } from './origin-policy.js';
import { refuseRedacted } from './redacted-authorization.js';
import { redirectGuard } from './redirect-guard.js';
import { isReplayableBody, isStream } from './replayable-body.js';
import { endUpload, freshBody, signalOfRequest } from './request-stream.js';
import { scrubError, scrubResponse } from './scrub.js';

/** Whom an axios instance gets its tokens from and who may receive them. */
export interface BearerPolicy {
  readonly tokens: TokenSource;
  /** The origins that may receive the token, as `URL.origin` writes them. */
  readonly allowedOrigins: readonly string[];
  /** Whether a request to another origin fails, or is made without the token. */
  readonly onForeignOrigin: 'throw' | 'skip';
  /** A URL at the origin that a request will be made to, with the user name and password that it will have. */
  readonly resolveUrl: (config: AxiosLikeConfig) => string;
}

/** An answer of axios, and whether the token was still with the request when it was given. */
interface AxiosAnswer {
  readonly response: AxiosLikeResponse;
  /** What axios rejected with, if its `validateStatus` does not like the status. */
  readonly error?: unknown;
  readonly isAuthorised: boolean;
}

/**
 * Wraps an axios adapter so that requests carry a token.
 *
 * Stands after all request interceptors and before all response interceptors, whatever `validateStatus` says: it sees
 * what is really sent and answered. Works on a copy of the config, so that what the app gets to see holds no token.
 */
export function bearerAdapter(
  next: AxiosLikeAdapter,
  policy: BearerPolicy,
): AxiosLikeAdapter {
  return async (config) => {
    const origin = tokenOrigin(config, policy);
    if (origin === undefined)
      return next(
        config.aspose?.body === undefined
          ? config
          : { ...config, ...bodyOf(config, freshBody(config.aspose)) },
      );
    const cancellation = cancellationOf(config);
    try {
      const { response, error } = await exchangeWithToken(
        policy.tokens,
        bearerRequest(next, config, origin, cancellation.signal),
      );
      if (error !== undefined) throw error;
      return response;
    } finally {
      cancellation.release();
    }
  };
}

/** The origin that gets the token; undefined when the request is made without one. */
function tokenOrigin(
  config: AxiosLikeConfig,
  { allowedOrigins, onForeignOrigin, resolveUrl }: BearerPolicy,
): string | undefined {
  if (config.aspose?.attach === false || hasOwnAuthorization(config))
    return undefined;
  const url = resolveUrl(config);
  const origin = originOf(url);
  if (origin === undefined) return undefined;
  if (allowedOrigins.includes(origin))
    return hasUserInfo(url) ? undefined : origin;
  if (onForeignOrigin === 'throw')
    throw new ForeignOriginError(origin, allowedOrigins);
  return undefined;
}

function hasOwnAuthorization({ auth, headers }: AxiosLikeConfig): boolean {
  const authorization = headers.get('Authorization');
  refuseRedacted(authorization);
  // With false, axios is told to leave the header out.
  return Boolean(authorization) || authorization === false || Boolean(auth);
}

/** axios makes Basic authorization of it, in place of any other. */
function hasUserInfo(url: string): boolean {
  if (!url.includes('@')) return false;
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}

function bearerRequest(
  next: AxiosLikeAdapter,
  config: AxiosLikeConfig,
  origin: string,
  signal: AbortSignal | undefined,
): BearerRequest<AxiosAnswer> {
  const { aspose = {}, data } = config;
  const isReplayable = aspose.body !== undefined || isReplayableBody(data);
  return {
    origin,
    minValidityMs: aspose.minValidityMs,
    signal: signalOfRequest(signal, data),
    canRepeat: isReplayable && aspose.retryUnauthorized !== false,

    async send(token) {
      const guard = redirectGuard(origin, config.beforeRedirect);
      const fresh = freshBody(aspose);
      const headers = copyOf(config.headers);
      if (token !== undefined)
        headers.set('Authorization', `Bearer ${token.value}`);
      try {
        const response = await next(
          Object.assign(copyOf(config), bodyOf(config, fresh ?? data), {
            headers,
            beforeRedirect: guard.beforeRedirect,
          }),
        );
        endUpload(fresh, response.data);
        scrubResponse(response, config);
        return { response, isAuthorised: guard.isAuthorised };
      } catch (error) {
        const response = scrubError(error, config);
        endUpload(fresh, response?.data);
        if (response === undefined) throw error;
        return { response, error, isAuthorised: guard.isAuthorised };
      }
    },
    isRefusal: ({ response: { status, headers }, isAuthorised }) =>
      isAuthorised &&
      status === 401 &&
      challengesToken(headerText(headers?.['www-authenticate'])),
    setAside(answer) {
      const { response } = answer;
      if (isStream(response.data)) response.data = buffered(response.data);
      return answer;
    },
    discard({ response }) {
      if (isStream(response.data)) response.data.destroy();
    },
  };
}

/** A copy, for every request: a spread takes several times as long, and axios parses its headers anew. */
function copyOf<T extends object>(original: T): T {
  const copy = Object.create(Object.getPrototypeOf(original) as object) as T;
  for (const name of Object.keys(original) as (keyof T)[])
    copy[name] = original[name];
  return copy;
}

/** What calls a request off: its signal or, as axios had it before, its cancel token. */
function cancellationOf({ signal, cancelToken }: AxiosLikeConfig): {
  readonly signal: AbortSignal | undefined;
  release(): void;
} {
  const own = signal instanceof AbortSignal ? signal : undefined;
  if (!cancelToken) return { signal: own, release() {} };
  const cancelled = new AbortController();
  const cancel = (reason: unknown) => cancelled.abort(reason);
  cancelToken.subscribe(cancel);
  return {
    signal: own ? AbortSignal.any([own, cancelled.signal]) : cancelled.signal,
    release: () => cancelToken.unsubscribe(cancel),
  };
}

/** The body of one attempt; a stream follows no redirect, for which it would be kept in memory. */
function bodyOf(
  { maxRedirects = 0 }: AxiosLikeConfig,
  data: unknown,
): Pick<AxiosLikeConfig, 'data' | 'maxRedirects'> {
  return isReplayableBody(data) ? { data } : { data, maxRedirects };
}

const SET_ASIDE_BYTES = 64 * 1024;

/** Reads ahead, so that a short body does not occupy its connection while it may still be needed. */
function buffered(body: Readable): Readable {
  const ahead = new PassThrough({ highWaterMark: SET_ASIDE_BYTES });
  pipeline(body, ahead, () => {});
  return ahead;
}

function headerText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
