import type { AxiosLikeConfig, AxiosLikeResponse } from './axios-like.js';
import { isStream } from './replayable-body.js';

/** Gives a response the caller's own config back and hides the request, which holds the token. */
export function scrubResponse(
  response: AxiosLikeResponse,
  config: AxiosLikeConfig,
): void {
  response.config = config;
  hide(response, 'request');
  if (isStream(response.data))
    for (const name of ['req', 'socket', 'client'])
      hide(response.data as object, name);
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
  hide(error, 'request');
  const { response } = error as { response?: AxiosLikeResponse };
  if (response !== undefined) scrubResponse(response, config);
  return response;
}

/** Keeps a property for those who ask for it by name, and from those who print the whole. */
function hide(holder: object, name: string): void {
  if (Object.hasOwn(holder, name))
    Object.defineProperty(holder, name, { enumerable: false });
}
