import type { OutgoingHttpHeaders } from 'node:http';
import type { RouteHandler } from './route-handler.js';

/** @internal A whole HTTP answer, ready to be sent. */
export interface EmulatorAnswer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/** @internal An answer that carries JSON, with the content type Aspose Cloud gives it. */
export function jsonAnswer(
  status: number,
  body: unknown,
  headers: OutgoingHttpHeaders = {},
): EmulatorAnswer {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=UTF-8', ...headers },
    body: JSON.stringify(body),
  };
}

/** @internal The handler that gives this answer at once, without waiting for an upload to end. */
export function answering(answer: EmulatorAnswer): RouteHandler {
  return (_request, response) => {
    response.statusCode = answer.status;
    for (const [name, value] of Object.entries(answer.headers ?? {})) {
      if (value !== undefined) response.setHeader(name, value);
    }
    response.end(answer.body);
  };
}
