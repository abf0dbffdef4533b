import { addAbortSignal, type Readable } from 'node:stream';

/** Thrown by {@link boundedText} for a body that is longer than it may be. */
export class BodyTooLongError extends Error {}

/**
 * Reads the body of a response as text, and no more of it than may be read.
 *
 * @param body - a stream, of Node or of the platform, or what a mock adapter returns: text, or a value to serialise as
 *   JSON.
 * @param signal - ends the reading when aborted.
 * @throws {BodyTooLongError} when it is longer than `maxBytes`; the rest is left unread.
 * @throws the stream's own error, when the body breaks off.
 */
export async function boundedText(
  body: unknown,
  maxBytes: number,
  signal: AbortSignal,
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(body, signal)) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BodyTooLongError();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

async function* chunksOf(
  body: unknown,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  if (Symbol.asyncIterator in Object(body))
    for await (const chunk of addAbortSignal(signal, body as Readable))
      yield Buffer.from(chunk as Uint8Array);
  else yield Buffer.from(typeof body === 'string' ? body : asJson(body));
}

function asJson(body: unknown): string {
  return body === undefined || body === null ? '' : JSON.stringify(body);
}
