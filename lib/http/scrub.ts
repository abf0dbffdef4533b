import { errorMonitor } from 'node:events';
import type { Readable } from 'node:stream';

import type { AxiosLikeConfig, AxiosLikeResponse } from './axios-like.js';
import { relay } from './captured-stream.js';
import { isStream } from './replayable-body.js';

/** Gives a response the caller's own config back and hides the request, which holds the token. */
export function scrubResponse(
  response: AxiosLikeResponse,
  config: AxiosLikeConfig,
): void {
  response.config = config;
  hide(response, 'request');
  hideConnections(config.httpAgent);
  hideConnections(config.httpsAgent);
  const { data } = response;
  if (isStream(data)) scrubStream(data, config);
  else if (data instanceof ReadableStream)
    response.data = relay(data, (error) => void scrubError(error, config));
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
  const { response } = error as { response?: AxiosLikeResponse };
  if (response !== undefined) scrubResponse(response, config);
  return response;
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
