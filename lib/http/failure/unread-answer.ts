import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';

/** A body that comes in pieces, from a client of Node's or from `fetch`. */
export type UnreadBody = Readable | ReadableStream;

const MAX_LENGTH = 64 * 1024;
const LIMIT_MS = 2_000;

/** Tells whether a body comes in pieces, and nobody has begun to read it. */
export function isUnread(body: unknown): body is UnreadBody {
  if (!(body instanceof Readable) && !(body instanceof ReadableStream))
    return false;
  const isTaken = body instanceof Readable ? body.destroyed : body.locked;
  return !isTaken && !Readable.isDisturbed(body as Readable);
}

/**
 * Reads the body of a failed answer and frees its connection, whatever comes.
 *
 * @returns its text: what arrives within 2 s, and up to 64 KiB of it.
 */
export async function readFailedBody(body: UnreadBody): Promise<string> {
  const source =
    body instanceof Readable ? body : Readable.fromWeb(body as WebStream);
  const decoder = new TextDecoder();
  let text = '';
  const timer = setTimeout(() => source.destroy(), LIMIT_MS);
  try {
    for await (const chunk of source) {
      text +=
        chunk instanceof Uint8Array
          ? decoder.decode(chunk, { stream: true })
          : String(chunk);
      if (text.length >= MAX_LENGTH) break;
    }
  } catch {
    // It broke off: what has arrived counts.
  } finally {
    clearTimeout(timer);
    source.destroy();
  }
  return text.slice(0, MAX_LENGTH);
}
