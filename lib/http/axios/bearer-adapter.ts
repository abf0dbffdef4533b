import { errorMonitor } from 'node:events';

import { directRoute } from '../../network/environment-proxy.js';
import type { TokenSource } from '../../token/token-source.js';
import {
  type AttachPolicy,
  isAtOrigin,
  originForToken,
} from '../attach-policy.js';
import { exchangeWithToken } from '../bearer-exchange.js';
import { isReplayableBody, isStream } from '../body/replayable-body.js';
import { copyLimitBytesFor, freshBody } from '../body/request-body.js';
import { type CallersPart, noteBreak, noteFailure } from '../failed-call.js';
import {
  axiosBearerRequest,
  type AxiosOutcome,
  nameOfRequest,
  sendOnce,
  setAside,
  urlAtOrigin,
  withBody,
} from './axios-bearer-request.js';
import { lookUpAdapter } from './axios-copies.js';
import { idleAdapter } from './idle-adapter.js';
import type {
  AxiosLike,
  AxiosLikeAdapter,
  AxiosLikeCancelToken,
  AxiosLikeConfig,
  AxiosLikeResponse,
} from './axios-like.js';

/** Where the requests of an axios instance get their tokens from, and who may receive them. */
export interface BearerPolicy extends AttachPolicy {
  readonly tokens: TokenSource;
  /** How a request without a token reaches this machine: past the environment's proxy, or as the app has it. */
  readonly routeWithoutToken: 'direct' | 'as it is';
  /** How long a request may go without a byte, in milliseconds; 0 for no limit. */
  readonly idleTimeoutMs: number;
}

/** By adapter of ours, the one that the app's request had. */
const appsAdapters = new WeakMap<AxiosLikeAdapter, unknown>();

/**
 * Makes every request of an axios instance go through the {@link bearerAdapter}.
 *
 * A request interceptor puts it around the request's own adapter: so it comes after the other request interceptors and
 * before all response interceptors, unless one that runs later names another adapter.
 *
 * What is under way when that ends goes on as it began; a config that comes by again is sent by its own adapter.
 *
 * @param until - ends it once aborted, as the returned function does.
 * @returns a function that undoes it.
 */
export function interceptWithBearer(
  instance: AxiosLike,
  policy: BearerPolicy,
  until?: AbortSignal,
): () => void {
  let isDetached = false;
  const detach = () => {
    isDetached = true;
    instance.interceptors.request.eject(id);
  };
  const isOver = () => {
    if (until?.aborted) detach();
    return isDetached;
  };
  const id = instance.interceptors.request.use(
    <Config extends object>(given: Config) => {
      const config = given as Config & AxiosLikeConfig;
      // A cancelled one is rejected before any adapter is called, and handed out as it is.
      if (isOver() || isCancelled(config)) return config;
      const { adapter } = config;
      const found = lookUpAdapter(adapter, config);
      const next =
        policy.idleTimeoutMs > 0
          ? idleAdapter(found, policy.idleTimeoutMs, adapter)
          : found;
      const bearer = bearerAdapter(next, policy);
      const appsAdapter = appsAdapters.get(adapter as AxiosLikeAdapter);
      const restoring: AxiosLikeAdapter = (request) => {
        request.adapter = appsAdapter ?? adapter;
        return isOver() ? next(request) : bearer(request);
      };
      appsAdapters.set(restoring, appsAdapter ?? adapter);
      config.adapter = restoring;
      return config;
    },
    undefined,
    { synchronous: true },
  );
  return detach;
}

function isCancelled({ signal, cancelToken }: AxiosLikeConfig): boolean {
  return (
    (signal instanceof AbortSignal && signal.aborted) ||
    cancelToken?.reason !== undefined
  );
}

/** Makes the requests of an axios adapter carry a token. Sees what is really sent and answered, whatever `validateStatus` says. */
function bearerAdapter(
  next: AxiosLikeAdapter,
  policy: BearerPolicy,
): AxiosLikeAdapter {
  return async (config) => {
    const url = urlAtOrigin(config);
    const authorization = authorizationOf(config);
    const attach = config.aspose?.attach;
    const origin = originForToken({ url, authorization, attach }, policy);
    return origin === undefined
      ? sendWithoutToken(next, config, url, policy)
      : sendWithToken(next, config, origin, policy);
  };
}

/** An empty header is no authorization. With false, axios is told to leave the header out. */
function authorizationOf({ auth, headers }: AxiosLikeConfig): unknown {
  const own = headers.get('Authorization');
  return own === false ? own : own || auth || undefined;
}

async function sendWithToken(
  next: AxiosLikeAdapter,
  config: AxiosLikeConfig,
  origin: string,
  { tokens }: BearerPolicy,
): Promise<AxiosLikeResponse> {
  const limitBytes = copyLimitBytesFor(tokens, config.aspose?.minValidityMs);
  const request = axiosBearerRequest(next, config, origin, limitBytes);
  const exchange = exchangeWithToken(tokens, request);
  const outcome =
    config.cancelToken === undefined
      ? exchange
      : untilCancelled(exchange, config.cancelToken, () =>
          request.body.letGo(),
        );
  return answerOf(outcome, config, request);
}

async function sendWithoutToken(
  next: AxiosLikeAdapter,
  config: AxiosLikeConfig,
  url: string,
  { allowedOrigins, routeWithoutToken }: BearerPolicy,
): Promise<AxiosLikeResponse> {
  const fresh = freshBody(config.aspose ?? {});
  const isDirect = routeWithoutToken === 'direct' && URL.canParse(url);
  const route = isDirect ? directRoute(url, config) : {};
  const isAsItIs = fresh === undefined && Object.keys(route).length === 0;
  const outcome = isAsItIs
    ? next(config).then((response) => ({ response }))
    : sendOnce(
        next,
        Object.assign(withBody(config, fresh ?? config.data), route),
        config,
      );
  const isAspose = allowedOrigins.some((origin) => isAtOrigin(url, origin));
  const isReplayable =
    config.aspose?.body !== undefined || isReplayableBody(config.data);
  return answerOf(
    outcome,
    config,
    isAspose ? { body: { isReplayable } } : undefined,
  );
}

/**
 * The answer that axios gives, or what it rejects with.
 *
 * @param call - the call, if it is one to Aspose: its failure is noted.
 */
async function answerOf(
  outcome: Promise<AxiosOutcome>,
  config: AxiosLikeConfig,
  call: CallersPart | undefined,
): Promise<AxiosLikeResponse> {
  try {
    const { response, error } = await outcome;
    if (error === undefined) {
      if (call !== undefined && isStream(response.data))
        response.data.on(errorMonitor, (failure) =>
          noteBreak(failure, nameOfRequest(config)),
        );
      return response;
    }
    if (call !== undefined) setAside(response);
    throw error;
  } catch (error) {
    if (call !== undefined) noteFailure(error, nameOfRequest(config), call);
    throw error;
  }
}

/**
 * Waits no longer than until a cancel token cancels. axios had them before signals, and `HttpService` makes one for each
 * call: an AbortSignal for each would be too slow.
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
