import { errorMonitor } from 'node:events';
import type { Readable } from 'node:stream';

import type { AxiosLikeConfig, AxiosLikeResponse } from './axios-like.js';
import { isStream } from './replayable-body.js';

/**
 * A response without what holds the token: it has the caller's own config, and its request is there for those who ask
 * for it by name, not for those who print the whole.
 *
 * A class, since redefining a property of every response takes longer than all else that is done to it.
 */
class ScrubbedResponse implements AxiosLikeResponse {
  declare status: number;
  declare headers?: Record<string, unknown>;
  declare data: unknown;
  declare config: unknown;
  #request: unknown;

  constructor(response: AxiosLikeResponse, config: AxiosLikeConfig) {
    for (const name of Object.keys(response) as 'data'[])
      this[name] = response[name];
    this.config = config;
  }

  get request(): unknown {
    // A clone has the getter and not the field.
    return #request in this ? this.#request : undefined;
  }

  set request(request: unknown) {
    this.#request = request;
  }
}

/** Returns a response as the caller may see it. */
export function scrubResponse(
  response: AxiosLikeResponse,
  config: AxiosLikeConfig,
): AxiosLikeResponse {
  hideConnections(config.httpAgent);
  hideConnections(config.httpsAgent);
  if (isStream(response.data)) scrubStream(response.data, config);
  return new ScrubbedResponse(response, config);
}

/**
 * Does the same for an error of axios.
 *
 * @returns the response it carries, if there was one.
 */
export function scrubError(
  error: unknown,
  config: AxiosLikeConfig,
): AxiosLikeResponse | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('config' in error) error.config = config;
  if ('cause' in error) scrubError(error.cause, config);
  hide(error, 'request');
  hideConnections(config.httpAgent);
  hideConnections(config.httpsAgent);
  const failed = error as { response?: AxiosLikeResponse };
  if (failed.response !== undefined)
    failed.response = scrubResponse(failed.response, config);
  return failed.response;
}

/** A streamed answer holds its request, and may yet fail with an error of axios. */
function scrubStream(body: Readable, config: AxiosLikeConfig): void {
  for (const name of ['req', 'socket', 'client']) hide(body, name);
  body.on(errorMonitor, (error) => void scrubError(error, config));
}

const agentsSeen = new WeakSet<object>();

/** An agent of the app's holds the requests of all calls that are under way. */
function hideConnections(agent: unknown): void {
  if (typeof agent !== 'object' || agent === null || agentsSeen.has(agent))
    return;
  agentsSeen.add(agent);
  for (const name of ['sockets', 'freeSockets', 'requests']) hide(agent, name);
}

/** Keeps a property for those who ask for it by name, and from those who print the whole. */
function hide(holder: object, name: string): void {
  if (Object.hasOwn(holder, name))
    Object.defineProperty(holder, name, { enumerable: false });
}
