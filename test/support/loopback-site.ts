import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

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

/** Starts a server on a free loopback port, until the test ends; it answers 200 `hello` unless told otherwise. */
export async function startSite(
  answer: Answering = (_, response) => response.end('hello'),
): Promise<LoopbackSite> {
  const requests: IncomingMessage[] = [];
  // Connections are left to their clients: none is freed by being idle for long.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    requests.push(request);
    void answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, requests };
}

/** A URL that says it leads to one place, and leads to another. */
export function misleadingUrl(claimed: string, actual: string): URL {
  return Object.defineProperty(new URL(claimed), 'toString', {
    value: () => actual,
  });
}
