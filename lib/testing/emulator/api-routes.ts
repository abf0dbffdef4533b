import { randomUUID } from 'node:crypto';
import type {
  IncomingMessage,
  OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';

/**
 * Answers a call, in full, with Node's own request and response.
 *
 * What it throws or rejects with is answered with 500. The emulator does not read the request body before; it drains
 * what the handler leaves unread.
 */
export type RouteHandler = (
  request: IncomingMessage,
  response: ServerResponse,
) => void | Promise<void>;

/** How a route differs from a protected one. */
export interface RouteOptions {
  /** Lets calls in without a valid token. @default false */
  readonly public?: boolean;
}

/** A whole HTTP answer. A body that is a string is sent as it is, any other as JSON. */
export interface EmulatorAnswer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: unknown;
}

/** The handler that gives this answer at once, without waiting for an upload to end. */
export function answering(answer: EmulatorAnswer): RouteHandler {
  const { status, headers = {}, body } = answer;
  const type = body !== undefined && {
    'Content-Type': 'application/json; charset=UTF-8',
  };
  return (_request, response) => {
    response.statusCode = status;
    for (const [name, value] of Object.entries({ ...type, ...headers }))
      if (value !== undefined) response.setHeader(name, value);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** An error in the envelope of the Aspose APIs. */
export function errorAnswer(
  status: number,
  code: string,
  message: string,
): EmulatorAnswer {
  const error = {
    Code: code,
    Message: message,
    Description: message,
    DateTime: new Date().toISOString(),
    InnerError: null,
  };
  return { status, body: { RequestId: randomUUID(), Error: error } };
}

/** Whether a path is the one of a route, or matches its expression, in any letter case. */
export function matches(path: string, ofRoute: string | RegExp): boolean {
  if (typeof ofRoute === 'string')
    return path.toLowerCase() === ofRoute.toLowerCase();
  // A `g` or `y` flag would make the expression remember where it last matched.
  const flags = `${ofRoute.flags.replace(/[giy]/g, '')}i`;
  return new RegExp(ofRoute, flags).test(path);
}
