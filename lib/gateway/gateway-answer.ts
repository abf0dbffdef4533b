import type { IncomingMessage, ServerResponse } from 'node:http';

import { writeHeaders } from './response-headers.js';

/**
 * Puts the head of an answer of Aspose's on the response.
 *
 * @param location - where a redirect leads, below the gateway; undefined if it is not to be told.
 */
export function writeHead(
  answer: IncomingMessage,
  request: IncomingMessage,
  response: ServerResponse,
  location: string | undefined,
): void {
  response.statusCode = answer.statusCode ?? 502;
  writeHeaders(answer.headers, response, location);
  // An answer before the whole request: what is left of that is not worth waiting for.
  if (!request.complete && request.httpVersionMajor < 2)
    response.setHeader('connection', 'close');
}

/**
 * Passes the body of an answer on, and the head with it. Where the answer breaks off, the response does so, too: it never ends as
 * if it were whole.
 *
 * @param onBreak - hears of an answer that breaks off by itself, and not since its caller has gone.
 */
export function pipeBody(
  answer: IncomingMessage,
  response: ServerResponse,
  onBreak: (error: Error) => void,
): void {
  if (answer.complete) {
    response.end(answer.read());
    // Its end, which nobody waits for, frees the connection.
    answer.resume();
    return;
  }
  // Not by pipeline: for a small answer, that takes as long as all else here.
  answer
    .on('error', (error) => {
      if (response.destroyed) return;
      response.destroy();
      onBreak(error);
    })
    .pipe(response);
  // Of what has not arrived yet, the head is sent ahead.
  if (answer.readableLength === 0) response.flushHeaders();
}
