import { bearerHeader } from '../attach-policy.js';
import type { BearerRequest } from '../bearer-exchange.js';
import { discardBody, isReplayableBody } from '../body/replayable-body.js';
import { endUpload, requestBody } from '../body/request-body.js';
import { fetchArrival, isAboutToken } from '../token-arrival.js';
import { type FetchCall, headersWith, withBody } from './fetch-input.js';

/**
 * Makes a request of `fetch` that carries a token.
 *
 * Everything is taken in the tick in which it is made: what its caller changes later is not sent.
 *
 * @param copyLimitBytes - a body of more bytes is not copied.
 * @throws {AsposeAuthError} when the body is a stream that was used up before.
 * @throws {TypeError} as `fetch` does, when the body of a `Request` was used up before.
 */
export function fetchBearerRequest(
  fetch: typeof globalThis.fetch,
  { request: given, url, init, headers, aspose }: FetchCall,
  origin: string,
  copyLimitBytes: number,
): BearerRequest<Response> {
  const { body: givenBody, ...settings } = init;
  const sendsOwnBody =
    (givenBody ?? aspose.body) === undefined && Boolean(given?.body);
  const body = requestBody(givenBody ?? undefined, aspose, copyLimitBytes);
  const request =
    sendsOwnBody && given instanceof Request
      ? // Takes the body, as `fetch` does at the call; a foreign one is left to the `fetch` it belongs to.
        new Request(given)
      : given;
  const signal = init.signal === undefined ? given?.signal : init.signal;
  /** The stream of ours that is the body of the attempt under way. */
  let upload: unknown;
  return {
    origin,
    aspose,
    body: sendsOwnBody
      ? // That of a foreign one may be bytes.
        { ...body, isReplayable: isReplayableBody(given?.body) }
      : body,
    signal: signal ?? undefined,
    async send(token) {
      if (token !== undefined)
        headers.set('Authorization', bearerHeader(token));
      const released = body.release();
      upload = released === givenBody ? undefined : released;
      const sent = {
        ...withBody(released, settings, request),
        headers: headersWith(released, headers),
      };
      return untilItFails(upload, fetch(request ?? url, sent));
    },
    isUnauthorized: (response) =>
      response.status === 401 &&
      isAboutToken(
        response.headers.get('WWW-Authenticate') ?? undefined,
        fetchArrival(response, origin),
      ),
    setAside: (response) => response,
    discard(response) {
      endUpload(upload);
      discardBody(response.body);
    },
  };
}

/** Ends the upload of a stream of ours when its request fails. */
export async function untilItFails(
  upload: unknown,
  sending: Promise<Response>,
): Promise<Response> {
  try {
    return await sending;
  } catch (error) {
    endUpload(upload);
    throw error;
  }
}
