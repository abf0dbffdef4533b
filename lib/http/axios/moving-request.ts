import * as http from 'node:http';
import * as https from 'node:https';
import type { Readable } from 'node:stream';

import { isProxied } from '../../network/environment-proxy.js';
import { urlAtOrigin, withBody } from './axios-bearer-request.js';
import type { AxiosLikeCancelToken, AxiosLikeConfig } from './axios-like.js';
import { hideConnections } from './scrub.js';

/** The request of axios that is under way, each redirect a request of its own, and its answer. */
export class MovingRequest {
  #request: http.ClientRequest | undefined;
  #agent: AgentLike | undefined;
  #answer: Readable | undefined;
  #onEnd: () => void = () => {};
  #ends: (failure: Error) => void = () => {};
  /** How often axios reported; undefined while nothing is known of the request. */
  #reports: number | undefined;

  /** Takes over a request that an agent is asked for. */
  readonly follow = (request: http.ClientRequest, agent: AgentLike): void => {
    this.#request = request;
    this.#agent = agent;
  };

  /** A request that no agent is asked for has moved. */
  report(): void {
    this.#reports = (this.#reports ?? 0) + 1;
  }

  /** How a request ends that no agent is asked for. */
  endBy(ends: (failure: Error) => void): void {
    this.#ends = ends;
  }

  /** Watches the body of the answer, too, until it has ended or arrived. */
  answer(body: Readable, request: unknown, onEnd: () => void): void {
    this.#answer = body;
    this.#onEnd = onEnd;
    if (request instanceof http.ClientRequest) this.#request = request;
    body.once('close', onEnd);
  }

  /** Where the transfer is; undefined while nothing is waited for. */
  position(): string | number | undefined {
    const request = this.#request;
    if (hasArrived(request)) this.#onEnd();
    if (this.#answer !== undefined && this.#answer.readableLength > 0)
      return undefined;
    if (request === undefined) return this.#reports;
    if (this.#isQueued(request)) return undefined;
    const { bytesRead, bytesWritten, _handle } = (request.socket ??
      {}) as Partial<MovingSocket>;
    return [bytesRead, bytesWritten, ...queuesOf(_handle)].join(' ');
  }

  end(failure: Error): void {
    if (this.#answer !== undefined) this.#answer.destroy(failure);
    else if (this.#request !== undefined) this.#request.destroy(failure);
    else this.#ends(failure);
  }

  /** Whether it waits for others to leave it a connection. */
  #isQueued(request: http.ClientRequest): boolean {
    const queues = this.#agent?.requests ?? {};
    return Object.values(queues).some((queue) => queue?.includes(request));
  }
}

/** Whether all of the answer is in this process. */
function hasArrived(request: http.ClientRequest | undefined): boolean {
  const answered = request as
    { readonly res?: http.IncomingMessage } | undefined;
  return answered?.res?.complete === true;
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
export function withAgents(
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
  if (isLeft(agent, proxy) || typeof agent.addRequest !== 'function')
    return given;
  const addRequest: AgentLike['addRequest'] = (request, options) => {
    follow(request, agent);
    agent.addRequest(request, options);
  };
  return new Proxy(agent, {
    get: (target, name) =>
      name === 'addRequest'
        ? addRequest
        : (Reflect.get(target, name, target) as unknown),
  });
}

/** axios cannot keep an agent with a method of ours off the proxy of the environment. */
function isLeft({ options }: AgentLike, proxy: unknown): boolean {
  return proxy === false && Boolean(options?.proxyEnv);
}

/** Whether axios sends a request past its agents: in a tunnel of its own, or by HTTP/2. */
export function asksNoAgent(config: AxiosLikeConfig): boolean {
  return (
    Number(config.httpVersion) === 2 ||
    (isProxied(config) && /^https:/i.test(urlAtOrigin(config)))
  );
}

/** Makes axios report what arrives, and end the request when it is told to: without a request body, from the beginning. */
export function reportMoves(
  sent: AxiosLikeConfig,
  moving: MovingRequest,
): void {
  const { cancelToken: given, data, onDownloadProgress } = sent;
  const listeners = new Set<(reason: unknown) => void>();
  const cancelToken: AxiosLikeCancelToken = {
    reason: given?.reason,
    subscribe(listener) {
      listeners.add(listener);
      given?.subscribe(listener);
    },
    unsubscribe(listener) {
      listeners.delete(listener);
      given?.unsubscribe(listener);
    },
  };
  sent.cancelToken = cancelToken;
  sent.onDownloadProgress = (progress) => {
    moving.report();
    onDownloadProgress?.(progress);
  };
  moving.endBy((failure) => listeners.forEach((listen) => listen(failure)));
  if (data === undefined || data === null) moving.report();
}
