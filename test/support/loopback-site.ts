import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

import type { SelfSignedCertificate } from './self-signed-certificate.js';

/** A real HTTP server that is not Aspose Cloud. */
export interface LoopbackSite {
  readonly url: string;
  readonly port: number;
  /** The requests that arrived, oldest first. */
  readonly requests: IncomingMessage[];
}

type Answering = (
  request: IncomingMessage,
  response: ServerResponse,
) => unknown;

/**
 * Starts a server on a free loopback port, until the test ends; it answers 200 `hello` unless told otherwise.
 *
 * @param certificate - with it, the server speaks https.
 */
export async function startSite(
  answer: Answering = (_, response) => response.end('hello'),
  certificate?: SelfSignedCertificate,
): Promise<LoopbackSite> {
  const requests: IncomingMessage[] = [];
  const port = await startServer((request, response) => {
    requests.push(request);
    void answer(request, response);
  }, certificate);
  const scheme = certificate ? 'https' : 'http';
  return { url: `${scheme}://127.0.0.1:${port}`, port, requests };
}

/**
 * Starts a server that keeps nothing of its requests, until the test ends.
 *
 * @returns its loopback port.
 */
export async function startServer(
  answer: Answering,
  certificate?: SelfSignedCertificate,
): Promise<number> {
  // Connections are left to their clients: none is freed by being idle for long.
  const settings = { keepAliveTimeout: 0, ...certificate };
  const server = certificate
    ? createTlsServer(settings, answer)
    : createServer(settings, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

/** A URL that says it leads to one place, and leads to another. */
export function misleadingUrl(claimed: string, actual: string): URL {
  return Object.defineProperty(new URL(claimed), 'toString', {
    value: () => actual,
  });
}
