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
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    requests.push(request);
    void answer(request, response);
  };
  // Connections are left to their clients: none is freed by being idle for long.
  const settings = { keepAliveTimeout: 0, ...certificate };
  const server = certificate
    ? createTlsServer(settings, listener)
    : createServer(settings, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  const scheme = certificate ? 'https' : 'http';
  return { url: `${scheme}://127.0.0.1:${port}`, port, requests };
}

/** A URL that says it leads to one place, and leads to another. */
export function misleadingUrl(claimed: string, actual: string): URL {
  return Object.defineProperty(new URL(claimed), 'toString', {
    value: () => actual,
  });
}
