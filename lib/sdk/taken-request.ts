import http, { type ClientRequest, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';

import { holdsStream } from './sdk-requests.js';
import { takeInput } from './taken-input.js';
import { takePart, takeStream } from './taken-stream.js';

/** What the SDKs send, in the options of the `request` package; which of the fields there are depends on the SDK. */
export interface SentInput {
  uri?: unknown;
  url?: unknown;
  qs?: unknown;
  body?: unknown;
  form?: unknown;
  formData?: unknown;
  json?: unknown;
  multipart?: unknown;
  httpModules?: unknown;
}

/**
 * Takes over what a request of an SDK is to send, in the same tick.
 *
 * @returns lets go of its streams, where it is not sent after all.
 */
export function takeRequest(request: SentInput): () => void {
  const { uri, url, qs, body, form, formData, json, multipart } = request;
  const whole = takeInput(
    { uri, url, qs, body, form, formData, json },
    takeStream,
  );
  const parts = takeInput(
    { multipart },
    holdsStream(multipart) ? partTaker(request) : takeStream,
  );
  for (const [name, value] of Object.entries({
    ...whole.input,
    ...parts.input,
  }))
    if (value !== undefined) Object.assign(request, { [name]: value });
  return () => {
    whole.letGo();
    parts.letGo();
  };
}

/** Takes the parts of a multipart body of the `request` package, which fail it while it is under way. */
function partTaker(request: SentInput): (stream: Readable) => Readable {
  let underWay: ClientRequest | undefined;
  const watched = (client: typeof http | typeof https): object =>
    Object.create(client, {
      request: {
        value: (options: RequestOptions) =>
          (underWay = client.request(options)),
      },
    }) as object;
  request.httpModules = { 'http:': watched(http), 'https:': watched(https) };
  return (stream) => takePart(stream, (error) => underWay?.destroy(error));
}
