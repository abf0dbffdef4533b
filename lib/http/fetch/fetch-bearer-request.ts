import type { AccessToken } from '../../token/access-token.js';
import { bearerHeader } from '../authorization-header.js';
import type { BearerRequest } from '../bearer-exchange.js';
import { discardBody } from '../body/replayable-body.js';
import { requestBody } from '../body/request-body.js';
import { endUpload } from '../body/request-stream.js';
import type { TakenBody } from '../body/taken-body.js';
import type { AsposeRequestOptions } from '../request-options.js';
import { fetchArrival, isAboutToken } from '../token-arrival.js';
import { type FetchCall, withBody } from './fetch-input.js';

/**
 * A request of `fetch` that carries a token.
 *
 * Everything is taken in the tick in which it is made: what its caller changes later is not sent.
 */
export class FetchBearerRequest implements BearerRequest<Response> {
  readonly origin: string;
  readonly aspose: AsposeRequestOptions;
  readonly body: TakenBody;
  readonly signal: AbortSignal | undefined;
  readonly #fetch: typeof globalThis.fetch;
  readonly #target: string | Request;
  readonly #request: Request | undefined;
  readonly #init: RequestInit;
  readonly #headers: Headers;
  readonly #given: unknown;
  /** The stream of ours that is the body of the attempt under way. */
  #upload: unknown;

  /**
   * @param copyLimitBytes - a body of more bytes is not copied.
   * @throws {AsposeAuthError} when the body is a stream that was used up before.
   * @throws {TypeError} as `fetch` does, when the body of a `Request` was used up before.
   */
  constructor(
    fetch: typeof globalThis.fetch,
    { request, url, init, headers, aspose }: FetchCall,
    origin: string,
    copyLimitBytes: number,
  ) {
    const { body: given, ...settings } = init;
    const sendsOwnBody =
      (given ?? aspose.body) === undefined && Boolean(request?.body);
    const body = requestBody(
      given ?? undefined,
      aspose.body?.bind(aspose),
      copyLimitBytes,
    );
    this.origin = origin;
    this.aspose = aspose;
    this.body = sendsOwnBody ? { ...body, isReplayable: false } : body;
    this.signal =
      (init.signal === undefined ? request?.signal : init.signal) ?? undefined;
    this.#given = given;
    this.#fetch = fetch;
    this.#request =
      sendsOwnBody && request instanceof Request
        ? // Takes the body, as `fetch` does at the call; a foreign one is left to the `fetch` it belongs to.
          new Request(request)
        : request;
    this.#target = this.#request ?? url;
    this.#init = settings;
    this.#headers = headers;
  }

  async send(token: AccessToken | undefined): Promise<Response> {
    const headers = this.#headers;
    if (token !== undefined) headers.set('Authorization', bearerHeader(token));
    const body = this.body.release();
    this.#upload = body === this.#given ? undefined : body;
    const sent = withBody(body, this.#init, this.#request);
    return untilItFails(
      this.#upload,
      this.#fetch(this.#target, { ...sent, headers }),
    );
  }

  isUnauthorized(response: Response): boolean {
    return (
      response.status === 401 &&
      isAboutToken(
        response.headers.get('WWW-Authenticate') ?? undefined,
        fetchArrival(response, this.origin),
      )
    );
  }

  setAside(response: Response): Response {
    return response;
  }

  discard({ body }: Response): void {
    endUpload(this.#upload);
    discardBody(body);
  }
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
