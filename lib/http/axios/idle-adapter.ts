import { mayUseFetch } from '../../network/environment-proxy.js';
import { isStream } from '../body/replayable-body.js';
import { globalDispatcher, idleDispatcher } from '../idle-dispatcher.js';
import { IdleWatch } from '../idle-watch.js';
import { nameOfRequest, withBody } from './axios-bearer-request.js';
import type {
  AxiosLikeAdapter,
  AxiosLikeConfig,
  AxiosLikeResponse,
} from './axios-like.js';
import {
  asksNoAgent,
  MovingRequest,
  reportMoves,
  withAgents,
} from './moving-request.js';

/**
 * Makes an adapter of axios give up requests of which no byte moves in either direction.
 *
 * The agents show which requests axios makes, redirects included, and their sockets what moves. Where axios asks none (in
 * its own tunnel to an `https:` host, by HTTP/2) it reports its progress, and a request with a body has its time from the
 * head of the answer on. An adapter of the app's that asks none has its own time.
 *
 * @param name - by which axios knows the adapter.
 */
export function idleAdapter(
  adapter: AxiosLikeAdapter,
  idleTimeoutMs: number,
  name: unknown,
): AxiosLikeAdapter {
  return mayUseFetch(name)
    ? idleFetchAdapter(adapter, idleTimeoutMs)
    : idleHttpAdapter(adapter, idleTimeoutMs, typeof name !== 'function');
}

/** @param isOfAxios - whether it is axios' own adapter, and not one of the app's. */
function idleHttpAdapter(
  adapter: AxiosLikeAdapter,
  idleTimeoutMs: number,
  isOfAxios: boolean,
): AxiosLikeAdapter {
  return async (config) => {
    const moving = new MovingRequest();
    let reject: (failure: Error) => void = () => {};
    const givenUp = new Promise<never>((_, fail) => (reject = fail));
    givenUp.catch(() => {});
    const watch = new IdleWatch(
      idleTimeoutMs,
      () => nameOfRequest(config),
      () => moving.position(),
      (failure) => {
        moving.end(asAxiosError(failure, config));
        reject(failure);
      },
    );
    const watchBody = ({ data, request }: Partial<AxiosLikeResponse> = {}) => {
      if (isStream(data) && !data.destroyed)
        moving.answer(data, request, () => watch.stop());
      else watch.stop();
    };
    try {
      const sent = withAgents(config, moving);
      if (isOfAxios && asksNoAgent(sent)) reportMoves(sent, moving);
      const response = await Promise.race([adapter(sent), givenUp]);
      if (response.config === sent) response.config = config;
      watchBody(response);
      return response;
    } catch (error) {
      if (watch.failure) throw watch.failure;
      watchBody(shownWith(error, config));
      throw error;
    }
  };
}

/**
 * Gives an error the config that was given in place of the one that was sent.
 *
 * @returns the answer it carries, if there was one.
 */
function shownWith(
  error: unknown,
  config: AxiosLikeConfig,
): AxiosLikeResponse | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('config' in error) error.config = config;
  const { response } = error as { response?: AxiosLikeResponse };
  if (response !== undefined) response.config = config;
  return response;
}

function idleFetchAdapter(
  adapter: AxiosLikeAdapter,
  idleTimeoutMs: number,
): AxiosLikeAdapter {
  return async (config) => {
    const { dispatcher: given, ...options } = config.fetchOptions ?? {};
    const dispatcher = given ?? globalDispatcher();
    if (dispatcher === undefined) return adapter(config);
    let failure: Error | undefined;
    const sent = withBody(config, config.data);
    sent.fetchOptions = {
      ...options,
      dispatcher: idleDispatcher(dispatcher, {
        idleTimeoutMs,
        call: () => nameOfRequest(config),
        isQueueing: given !== undefined,
        onFailure: (error) => (failure = asAxiosError(error, config)),
      }),
    };
    try {
      const response = await adapter(sent);
      response.config = config;
      return response;
    } catch (error) {
      shownWith(error, config);
      throw failure ?? error;
    }
  };
}

/** Makes an error pass for one of axios, without printing the config. */
function asAxiosError(failure: Error, config: AxiosLikeConfig): Error {
  return Object.defineProperties(failure, {
    isAxiosError: { value: true },
    config: { value: config, writable: true },
  });
}
