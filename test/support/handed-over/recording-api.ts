import { buffer } from 'node:stream/consumers';

import { startSite } from '../loopback-site.js';

/** A request that arrived in whole. */
export interface Arrived {
  readonly target: string;
  readonly authorization: string | undefined;
  readonly account: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

/** A server that writes down what arrives, to the byte. */
export interface RecordingApi {
  readonly url: string;
  readonly host: string;
  /** The requests that arrived in whole, oldest first. */
  readonly arrived: Arrived[];
  /** The `Authorization` headers that it answers 401 to. */
  readonly unauthorized: Set<string | undefined>;
}

/** Starts one, until the test ends. */
export async function startRecordingApi(): Promise<RecordingApi> {
  const arrived: Arrived[] = [];
  const unauthorized = new Set<string | undefined>();
  const { url } = await startSite(async (request, response) => {
    const { authorization, 'content-type': contentType } = request.headers;
    const status = unauthorized.has(authorization) ? 401 : 200;
    // The first line of a body that fails: its sender is to see it fail, not to wait for an answer.
    if (request.url === '/early') response.writeHead(status).flushHeaders();
    const bytes = await buffer(request).catch(() => undefined);
    if (bytes === undefined) return;
    const boundary = /boundary=(\S+)/.exec(contentType ?? '')?.[1] ?? '\0';
    arrived.push({
      target: String(request.url),
      authorization,
      account: String(request.headers['x-account']),
      contentType: contentType?.replace(boundary, 'B'),
      body: bytes.toString('latin1').replaceAll(boundary, 'B'),
    });
    if (!response.headersSent) response.writeHead(status);
    response.end();
  });
  return { url, host: new URL(url).host, arrived, unauthorized };
}
