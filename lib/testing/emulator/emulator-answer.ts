import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';

import type { RouteHandler } from './api-routes.js';

/** A whole HTTP answer, ready to be sent. */
export interface EmulatorAnswer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/** The handler that gives this answer at once, without waiting for an upload to end. */
export function answering(answer: EmulatorAnswer): RouteHandler {
  return (_request, response) => {
    response.statusCode = answer.status;
    for (const [name, value] of Object.entries(answer.headers ?? {}))
      if (value !== undefined) response.setHeader(name, value);
    response.end(answer.body);
  };
}

/** An answer with JSON, and with the content type that Aspose Cloud uses. */
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

/** An error in the envelope of the Aspose APIs. */
export function errorAnswer(
  status: number,
  code: string,
  message: string,
): EmulatorAnswer {
  return jsonAnswer(status, {
    RequestId: randomUUID(),
    Error: {
      Code: code,
      Message: message,
      Description: message,
      DateTime: new Date().toISOString(),
      InnerError: null,
    },
  });
}
