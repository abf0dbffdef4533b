import { once, setMaxListeners } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { answering, errorAnswer, type RouteHandler } from './api-routes.js';

/** An HTTP server on the loopback interface that survives failing handlers and can be closed at any moment. */
export class LoopbackServer {
  readonly #server: Server;
  readonly #closing = new AbortController();
  #closed: Promise<unknown> | undefined;

  constructor(serve: RouteHandler) {
    this.#server = createServer((request, response) => {
      // Node drains only uploads that nobody has begun to read; the others would block the client.
      response.on('finish', () => request.resume());
      // A route that writes after its end must not crash the test process.
      response.on('error', () => response.destroy());
      void serveSafely(serve, request, response);
    });
    // Longer than Node's 5 s: a pooled client must not lose its connection in the middle of a test.
    this.#server.keepAliveTimeout = 60_000;
    setMaxListeners(0, this.#closing.signal);
  }

  /** Resolves to the URL as soon as the server accepts connections there. */
  async listen(port: number): Promise<string> {
    this.#server.listen({ port, host: '127.0.0.1', backlog: 2048 });
    await once(this.#server, 'listening');
    const address = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${address.port}`;
  }

  /** Waits that long, or until the server closes. */
  async pause(ms: number): Promise<void> {
    if (ms <= 0) return;
    const { signal } = this.#closing;
    await delay(ms, undefined, { signal }).catch(() => undefined);
  }

  /** Stops listening and breaks every open connection; may be called again. */
  async close(): Promise<void> {
    this.#closed ??= once(this.#server.close(), 'close');
    this.#closing.abort();
    this.#server.closeAllConnections();
    await this.#closed;
  }
}

async function serveSafely(
  serve: RouteHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await serve(request, response);
  } catch (error) {
    // After a part of an answer, only breaking off can still show the failure.
    if (response.headersSent) return void response.destroy();
    // A `Content-Length` that the handler has set would not fit another body.
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    const failure = errorAnswer(500, 'error', String(error));
    await answering(failure)(request, response);
  }
}
