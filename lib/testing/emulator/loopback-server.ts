import { once, setMaxListeners } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { answering } from './emulator-answer.js';
import { handlerFailed } from './error-envelope.js';
import type { RouteHandler } from './route-handler.js';

/**
 * An HTTP server on the loopback interface that outlives failing handlers and can be
 * closed at any moment.
 *
 * @internal
 */
export class LoopbackServer {
  readonly #server: Server;
  readonly #closing = new AbortController();
  #closed: Promise<unknown> | undefined;

  constructor(serve: RouteHandler) {
    this.#server = createServer((request, response) => {
      // Node drains only the uploads that no one has begun to read; the others would block the client.
      response.on('finish', () => request.resume());
      // A route that writes after its end must not bring the test process down.
      response.on('error', () => response.destroy());
      void serveSafely(serve, request, response);
    });
    // Longer than node's 5 s: a pooled client must not lose its connection in mid-test.
    this.#server.keepAliveTimeout = 60_000;
    setMaxListeners(0, this.#closing.signal);
  }

  /** Resolves to the URL once connections are accepted there. */
  async listen(port: number): Promise<string> {
    this.#server.listen({ port, host: '127.0.0.1', backlog: 2048 });
    await once(this.#server, 'listening');
    const address = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${address.port}`;
  }

  /** Waits for so long, or until the server closes and no one is left to wait for. */
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
    // After a part of an answer, breaking off is the only way left to tell of a failure.
    if (response.headersSent) response.destroy();
    else {
      clearHeaders(response);
      await answering(handlerFailed(error))(request, response);
    }
  }
}

/** Drops what a failed handler has set: its `Content-Length` would not fit another body. */
function clearHeaders(response: ServerResponse): void {
  for (const name of response.getHeaderNames()) response.removeHeader(name);
}
