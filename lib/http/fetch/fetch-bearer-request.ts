import type { AccessToken } from '../../token/access-token.js';
import { bearerHeader } from '../authorization-header.js';
import type { AsposeRequestOptions } from '../request-options.js';
import type { BearerRequest } from '../bearer-exchange.js';
import { discardBody } from '../body/discard-body.js';
import { isReplayableBody } from '../body/replayable-body.js';
import { takeBody, type TakenBody } from '../body/request-body.js';
import { endUpload, freshBody } from '../body/request-stream.js';
import { eitherSignal, takenOptions } from '../request-options.js';
import { fetchArrival, isAboutToken } from '../token-arrival.js';

/** A call of `fetch`, its URL and headers as they are at the call. */
export interface FetchCall {
  readonly input: string | URL | Request;
  /** Where it leads. */
  readonly url: string;
  readonly init: RequestInit;
  readonly headers: Headers;
  readonly aspose: AsposeRequestOptions;
}

/**
 * A request of `fetch` that carries a token.
 *
 * Everything is taken in the tick in which it is made: what its caller changes later is not sent.
 */
export class FetchBearerRequest implements BearerRequest<Response> {
  readonly origin: string;
  readonly minValidityMs: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly canRepeat: boolean;
  readonly #fetch: typeof globalThis.fetch;
  readonly #target: string | Request;
  readonly #init: RequestInit;
  readonly #headers: Headers;
  /** Undefined where each attempt gets one made for it. */
  readonly #body: TakenBody | undefined;
  readonly #given: unknown;
  readonly #aspose: AsposeRequestOptions;
  /** The stream of ours that is the body of the attempt under way. */
  #upload: unknown;

  /**
   * @param largestCopyBytes - a body of more bytes is not copied.
   * @throws {AsposeAuthError} when the body is a stream that was used up before.
   * @throws {TypeError} as `fetch` does, when the body of a `Request` was used up before.
   */
  constructor(
    fetch: typeof globalThis.fetch,
    { input, url, init, headers, aspose }: FetchCall,
    largestCopyBytes: number,
  ) {
    const { body: given, ...settings } = init;
    const request = asRequest(input);
    if (aspose.body === undefined)
      this.#body = takeBody(given ?? undefined, largestCopyBytes);
    const signal = init.signal === undefined ? request?.signal : init.signal;
    this.origin = new URL(url).origin;
    this.minValidityMs = aspose.minValidityMs;
    this.signal = eitherSignal(signal ?? undefined, this.#body?.failure);
    this.canRepeat =
      (aspose.body !== undefined || isReplayableBody(given ?? request?.body)) &&
      aspose.retryUnauthorized !== false;
    this.#given = given;
    this.#fetch = fetch;
    this.#target =
      request === undefined ? url : takenRequest(request, given ?? aspose.body);
    this.#init = settings;
    this.#headers = headers;
    this.#aspose = takenOptions(aspose);
  }

  async send(token: AccessToken | undefined): Promise<Response> {
    const headers = this.#headers;
    if (token !== undefined) headers.set('Authorization', bearerHeader(token));
    this.#body?.failure?.throwIfAborted();
    const body = freshBody(this.#aspose.body) ?? this.#body?.release();
    this.#upload = body === this.#given ? undefined : body;
    const sent = withBody(body, this.#init, asRequest(this.#target));
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

  abandon(): void {
    this.#body?.letGo();
  }
}

/** The `Request` that a call of `fetch` is made with. Not by class: there may be several implementations of fetch. */
export function asRequest(input: string | URL | Request): Request | undefined {
  return typeof input === 'object' && !(input instanceof URL) && 'url' in input
    ? input
    : undefined;
}

/** The URL that a call of `fetch` leads to, whatever a class of the app's says it is. */
export function urlOf(input: string | URL | Request): string {
  if (typeof input === 'string') return input;
  return input instanceof Request
    ? Reflect.get(Request.prototype, 'url', input)
    : (asRequest(input)?.url ?? input.href);
}

/** Takes the body of a `Request`, as `fetch` does at the call; a foreign one is left to the `fetch` it belongs to. */
function takenRequest(request: Request, anotherBody: unknown): Request {
  return request instanceof Request &&
    request.body !== null &&
    anotherBody === undefined
    ? new Request(request)
    : request;
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

/** A stream follows no redirect unless the caller asks for it: the platform would keep it in memory. */
export function withBody(
  body: unknown,
  init: RequestInit,
  request: Request | undefined,
): RequestInit {
  const sent: RequestInit = { ...init };
  if (body !== undefined) sent.body = body as NonNullable<RequestInit['body']>;
  if (isReplayableBody(body)) return sent;
  const asked = request?.redirect === 'follow' ? undefined : request?.redirect;
  return {
    ...sent,
    redirect: init.redirect ?? asked ?? 'error',
    // fetch insists on being told that it cannot read the answer before the stream is sent.
    duplex: 'half',
  };
}
