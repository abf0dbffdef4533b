import { errorMonitor } from 'node:events';
import type { Readable } from 'node:stream';

import { relay } from '../body/captured-stream.js';
import { isStream } from '../body/replayable-body.js';
import type { AxiosLikeConfig, AxiosLikeResponse } from './axios-like.js';

/** Gives a response the caller's own config back and hides the request, which holds the token. */
export function scrubResponse(
  response: AxiosLikeResponse,
  config: AxiosLikeConfig,
): void {
  response.config = config;
  hide(response, 'request');
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

/** Before a request is sent: an agent of the app's holds all requests that are under way or wait, the first included. */
export function hideConnections(config: AxiosLikeConfig): void {
  for (const agent of [config.httpAgent, config.httpsAgent]) {
    if (typeof agent !== 'object' || agent === null || agentsSeen.has(agent))
      continue;
    agentsSeen.add(agent);
    for (const name of ['sockets', 'freeSockets', 'requests'])
      hide(agent, name);
  }
}

const INSPECT = Symbol.for('nodejs.util.inspect.custom');
const CONCEALED: PropertyDescriptor = { value: () => '[hidden]' };

/** Makes a property non-enumerable: reachable by name, hidden from printing. */
function hide(holder: object, name: string): void {
  const property = Object.getOwnPropertyDescriptor(holder, name);
  if (property === undefined) return;
  Object.defineProperty(holder, name, { enumerable: false });
  const value: unknown = property.value;
  // Loggers print what is not enumerable, too (`%o`), and reach a request by way of its socket or of its answer.
  if (typeof value === 'object' && value !== null)
    Reflect.defineProperty(value, INSPECT, CONCEALED);
}
