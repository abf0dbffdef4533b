import { Readable } from 'node:stream';

import { bodyUsedUp } from './captured-stream.js';

/**
 * Locks a web stream in the same tick, so that nobody else reads it.
 *
 * @param onFailure - called when the stream fails, even while nobody reads it.
 * @throws {AsposeAuthError} when somebody else reads it or has read from it.
 */
export function captureWebStream<T>(
  source: ReadableStream<T>,
  onFailure: (error: unknown) => void,
): ReadableStream<T> {
  if (source.locked || Readable.isDisturbed(source as never))
    throw bodyUsedUp();
  return relay(source, onFailure);
}

/** Makes a web stream that passes on what another has, and tells of its failure. */
export function relay<T>(
  source: ReadableStream<T>,
  onFailure: (error: unknown) => void,
): ReadableStream<T> {
  const reader = source.getReader();
  reader.closed.catch(onFailure);
  return new ReadableStream<T>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
