import type { ServerResponse } from 'node:http';

/** How much may lie unsent for a page that does not read. Its browser connects again, and begins anew. */
const MAX_UNSENT_BYTES = 1024 * 1024;

/** How many pages may be open. */
const MAX_OPEN = 100;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // A proxy or compressor in between would hold events back.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
};

/** A message of a stream of server-sent events. */
export interface StreamMessage {
  readonly event: string;
  readonly data: unknown;
}

/** The streams of server-sent events that are open, all of which get the same messages. */
export class EventStreams {
  readonly #open = new Set<ServerResponse>();
  readonly #onLastClosed: () => void;
  #hasEnded = false;

  constructor(onLastClosed: () => void) {
    this.#onLastClosed = onLastClosed;
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Whether another may be opened. */
  get hasRoom(): boolean {
    return !this.#hasEnded && this.#open.size < MAX_OPEN;
  }

  /** Opens a stream with its first messages. */
  open(response: ServerResponse, messages: readonly StreamMessage[]): void {
    // Whoever asked has gone while guards were asked.
    if (response.destroyed) return;
    this.#open.add(response);
    response.once('close', () => this.#drop(response));
    response.once('error', () => this.#drop(response));
    response.writeHead(200, {
      ...HEADERS,
      // A stream that has ended must not keep its connection, and with it the server. HTTP/2 knows no such header.
      ...(response.req.httpVersionMajor < 2 && { connection: 'close' }),
    });
    response.write(`retry: 2000\n\n${messages.map(textOf).join('')}`);
  }

  /** Sends messages to all. */
  send(messages: readonly StreamMessage[]): void {
    if (messages.length === 0) return;
    const text = messages.map(textOf).join('');
    for (const response of this.#open)
      if (response.writableLength > MAX_UNSENT_BYTES) response.destroy();
      else response.write(text);
  }

  /** Ends all, and opens none any more. */
  end(): void {
    this.#hasEnded = true;
    for (const response of this.#open) response.end();
  }

  #drop(response: ServerResponse): void {
    if (this.#open.delete(response) && this.#open.size === 0)
      this.#onLastClosed();
  }
}

function textOf({ event, data }: StreamMessage): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
