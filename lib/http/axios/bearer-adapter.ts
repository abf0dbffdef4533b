import { ForeignOriginError } from '../../errors/foreign-origin.error.js';
import {
  type DirectRoute,
  loopbackRoute,
} from '../../network/loopback-route.js';
import type { TokenSource } from '../../token/token-source.js';
import { assertNotRedacted } from '../authorization-header.js';
import { AxiosBearerRequest, withBody } from './axios-bearer-request.js';
import type {
  AxiosLikeAdapter,
  AxiosLikeCancelToken,
  AxiosLikeConfig,
  AxiosLikeResponse,
} from './axios-like.js';
import { exchangeWithToken } from '../bearer-exchange.js';
import { originOf } from '../origin-policy.js';
import { copyLimitFor } from '../body/request-body.js';
import { endUpload, freshBody } from '../body/request-stream.js';
import { urlAtOrigin } from './request-url.js';
import { scrubError, scrubResponse } from './scrub.js';

/** Whom an axios instance gets its tokens from and who may receive them. */
export interface BearerPolicy {
  readonly tokens: TokenSource;
  /** The origins that may receive the token, as `URL.origin` writes them. */
  readonly allowedOrigins: readonly string[];
  /** Whether a request to another origin fails, or is made without the token. */
  readonly onForeignOrigin: 'throw' | 'skip';
}

/**
 * Wraps an axios adapter so that requests carry a token.
 *
 * Stands after all request interceptors and before all response interceptors, whatever `validateStatus` says: it sees
 * what is really sent and answered.
 */
export function bearerAdapter(
  next: AxiosLikeAdapter,
  policy: BearerPolicy,
): AxiosLikeAdapter {
  return async (config) => {
    const origin = tokenOrigin(config, policy);
    if (origin === undefined)
      return sendWithoutToken(next, config, routeOf(config, policy));
    const request = new AxiosBearerRequest(
      next,
      config,
      origin,
      copyLimitFor(policy.tokens, config.aspose?.minValidityMs),
    );
    const exchange = exchangeWithToken(policy.tokens, request);
    const { response, error } = await (config.cancelToken
      ? untilCancelled(exchange, config.cancelToken, () => request.abandon())
      : exchange);
    if (error !== undefined) throw error;
    return response;
  };
}

/** A client of ours takes no proxy of the environment to this machine, with or without a token. */
function routeOf(
  config: AxiosLikeConfig,
  { onForeignOrigin }: BearerPolicy,
): DirectRoute {
  const origin = originOf(urlAtOrigin(config));
  return onForeignOrigin === 'throw' && origin !== undefined
    ? loopbackRoute(origin, config)
    : {};
}

async function sendWithoutToken(
  next: AxiosLikeAdapter,
  config: AxiosLikeConfig,
  route: DirectRoute,
): Promise<AxiosLikeResponse> {
  const fresh = freshBody(config.aspose?.body);
  if (fresh === undefined && Object.keys(route).length === 0)
    return next(config);
  const sent = Object.assign(withBody(config, fresh ?? config.data), route);
  try {
    const response = await next(sent);
    endUpload(fresh, response);
    scrubResponse(response, config);
    return response;
  } catch (error) {
    endUpload(fresh, scrubError(error, config));
    throw error;
  }
}

/** The origin that gets the token; undefined when the request is made without one. */
function tokenOrigin(
  config: AxiosLikeConfig,
  { allowedOrigins, onForeignOrigin }: BearerPolicy,
): string | undefined {
  if (config.aspose?.attach === false || hasOwnAuthorization(config))
    return undefined;
  const url = urlAtOrigin(config);
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
  assertNotRedacted(authorization);
  // With false, axios is told to leave the header out.
  return Boolean(authorization) || authorization === false || Boolean(auth);
}

/** axios makes Basic authorization of it, in place of any other. */
function hasUserInfo(url: string): boolean {
  if (!url.includes('@')) return false;
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}

/**
 * Waits no longer than until a cancel token cancels. axios had them before signals, and `HttpService` makes one for each
 * call: too many for a signal each.
 */
function untilCancelled<T>(
  promise: Promise<T>,
  cancelToken: AxiosLikeCancelToken,
  onCancel: () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = (reason: unknown) => {
      onCancel();
      reject(reason);
    };
    cancelToken.subscribe(cancel);
    const release = () => cancelToken.unsubscribe(cancel);
    promise.then(resolve, reject).then(release, release);
  });
}
