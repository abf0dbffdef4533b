import * as http from 'node:http';
import * as https from 'node:https';
import type { Readable } from 'node:stream';

import { isProxied, mayUseFetch } from '../../network/environment-proxy.js';
import { isStream } from '../body/replayable-body.js';
import { globalDispatcher, idleDispatcher } from '../idle-dispatcher.js';
import { IdleWatch } from '../idle-watch.js';
import { nameOfRequest, withBody } from './axios-bearer-request.js';
import type { AxiosLikeAdapter, AxiosLikeConfig } from './axios-like.js';
import { hideConnections } from './scrub.js';

/**
 * Makes an adapter of axios give up requests of which no byte moves in either direction.
 *
 * The agents show which requests axios makes, redirects included, and their sockets what moves. Where they are not asked
 * (through axios' own tunnel to an `https:` host, or by an adapter of the app's) a request with a body has its time from
 * the head of the answer on.
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
    : idleHttpAdapter(adapter, idleTimeoutMs);
}

function idleHttpAdapter(
  adapter: AxiosLikeAdapter,
  idleTimeoutMs: number,
): AxiosLikeAdapter {
  return async (config) => {
    const moving = new MovingRequest(config.data !== undefined);
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
    try {
      const sent = withAgents(config, moving);
      const response = await Promise.race([adapter(sent), givenUp]);
      if (response.config === sent) response.config = config;
      if (isStream(response.data) && !response.data.destroyed)
        moving.answer(response.data, response.request, () => watch.stop());
      else watch.stop();
      return response;
    } catch (error) {
      watch.stop();
      throw watch.failure ?? shownWith(error, config);
    }
  };
}

/** An error that has the config that was given in place of the one that was sent. */
function shownWith(error: unknown, config: AxiosLikeConfig): unknown {
  if (typeof error === 'object' && error !== null && 'config' in error)
    error.config = config;
  return error;
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
      throw failure ?? shownWith(error, config);
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

/** The request of axios that is under way, each redirect a request of its own, and its answer. */
class MovingRequest {
  #request: http.ClientRequest | undefined;
  #agent: AgentLike | undefined;
  #answer: Readable | undefined;

  constructor(private readonly hasBody: boolean) {}

  /** Takes over a request that an agent is asked for. */
  readonly follow = (request: http.ClientRequest, agent: AgentLike): void => {
    this.#request = request;
    this.#agent = agent;
  };

  /** Watches the body of the answer, too. */
  answer(body: Readable, request: unknown, onEnd: () => void): void {
    this.#answer = body;
    if (request instanceof http.ClientRequest) this.#request = request;
    body.once('close', onEnd);
  }

  /** Where the transfer is; undefined while nothing is waited for. */
  position(): string | undefined {
    if (this.#answer !== undefined && this.#answer.readableLength > 0)
      return undefined;
    const request = this.#request;
    if (request === undefined)
      return this.hasBody && this.#answer === undefined ? undefined : '';
    if (this.#isQueued(request)) return undefined;
    const { bytesRead, bytesWritten, _handle } = (request.socket ??
      {}) as Partial<MovingSocket>;
    return [bytesRead, bytesWritten, ...queuesOf(_handle)].join(' ');
  }

  end(failure: Error): void {
    if (this.#answer !== undefined) this.#answer.destroy(failure);
    else this.#request?.destroy(failure);
  }

  /** Whether it waits for others to leave it a connection. */
  #isQueued(request: http.ClientRequest): boolean {
    const queues = this.#agent?.requests ?? {};
    return Object.values(queues).some((queue) => queue?.includes(request));
  }
}

interface MovingSocket {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly _handle: SocketHandle | null;
}

/** How much of a socket waits to be sent: what Node's own limit for sockets goes by. */
interface SocketHandle {
  readonly writeQueueSize: number;
  /** What encryption sends by: its own queue stays full until all is sent. */
  readonly _parent?: SocketHandle | null;
}

function queuesOf(handle: SocketHandle | null | undefined): number[] {
  return handle ? [handle.writeQueueSize, ...queuesOf(handle._parent)] : [];
}

/** An agent of Node or one that passes for it. */
interface AgentLike {
  addRequest(request: http.ClientRequest, options: unknown): void;
  readonly requests?: NodeJS.ReadOnlyDict<unknown[]>;
  readonly options?: { readonly proxyEnv?: unknown };
}

/** The same config, with agents that tell of their requests. */
function withAgents(
  config: AxiosLikeConfig,
  { follow }: MovingRequest,
): AxiosLikeConfig {
  const sent = withBody(config, config.data);
  hideConnections(sent);
  sent.httpAgent = tellingAgent(
    config.httpAgent ?? http.globalAgent,
    config,
    follow,
  );
  // axios keeps a tunnel for each agent that it is given.
  if (!isProxied(config))
    sent.httpsAgent = tellingAgent(
      config.httpsAgent ?? https.globalAgent,
      config,
      follow,
    );
  return sent;
}

function tellingAgent(
  given: unknown,
  { proxy }: AxiosLikeConfig,
  follow: MovingRequest['follow'],
): unknown {
  const agent = given as AgentLike;
  // axios cannot keep one with a method of ours off the proxy of the environment.
  const isLeft = proxy === false && Boolean(agent.options?.proxyEnv);
  if (isLeft || typeof agent.addRequest !== 'function') return given;
  const telling = Object.create(agent) as AgentLike;
  telling.addRequest = (request, options) => {
    follow(request, agent);
    agent.addRequest(request, options);
  };
  return telling;
}
