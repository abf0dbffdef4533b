import { formTypeOf } from '../body/captured-stream.js';
import { isReplayableBody } from '../body/replayable-body.js';
import type { AsposeRequestOptions } from '../request-options.js';

/** `RequestInit`, and what this package adds to it. */
export interface AsposeRequestInit extends RequestInit {
  /** How this package treats the request. */
  aspose?: AsposeRequestOptions | undefined;
}

/** A call of `fetch`, its URL and headers as they are at the call. */
export interface FetchCall {
  readonly input: string | URL | Request;
  /** The input, if it is a `Request`. */
  readonly request: Request | undefined;
  /** Where it leads. */
  readonly url: string;
  readonly init: RequestInit;
  readonly headers: Headers;
  readonly aspose: AsposeRequestOptions;
}

/** Reads the arguments of a call. A `Request` in place of the settings keeps them in getters, which a spread misses. */
export function readCall(
  input: string | URL | Request,
  settings?: AsposeRequestInit,
): FetchCall {
  if (settings instanceof Request)
    return readCall(new Request(input, settings));
  const { aspose = {}, ...init } = membersOf(settings);
  const request = asRequest(input);
  return {
    input,
    request,
    url: urlOf(input),
    init,
    headers: new Headers(init.headers ?? request?.headers),
    aspose,
  };
}

/** What `fetch` reads of settings that may inherit it. */
const MEMBERS =
  'body cache credentials dispatcher duplex headers integrity keepalive method mode priority redirect referrer referrerPolicy signal window aspose'.split(
    ' ',
  );

function membersOf(settings?: AsposeRequestInit | null): AsposeRequestInit {
  const members: AsposeRequestInit = { ...settings };
  for (const name of MEMBERS)
    if (settings && name in settings)
      Reflect.set(members, name, Reflect.get(settings, name));
  return members;
}

/** Not by class: there may be several implementations of fetch. */
function asRequest(input: string | URL | Request): Request | undefined {
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

/** The headers of a call with a body. A form of the `form-data` package knows its boundary, and `fetch` does not ask it. */
export function headersWith(body: unknown, headers: Headers): Headers {
  const type = formTypeOf(body);
  const given = headers.get('Content-Type') ?? '';
  if (type === undefined || !/^(?:multipart\/form-data\b.*)?$/i.test(given))
    return headers;
  const complete = new Headers(headers);
  complete.set('Content-Type', type);
  return complete;
}

/** Settings with a body. A stream follows no redirect unless the caller asks for it: the platform would keep it in memory. */
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
