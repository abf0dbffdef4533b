import { finished, PassThrough, Readable, Stream } from 'node:stream';

import { assertUnused, joinStreams } from './captured-stream.js';

/** A Node stream that is taken over until it can be sent. */
export interface HeldStream {
  /** Aborts when the stream fails, or closes early, before it is sent. */
  readonly failure: AbortSignal;
  /** What is to be sent: all that the stream had when it was taken over. To be called once. */
  release(): Readable;
  /** Lets go of a stream that is not sent; where nobody else reads it, nothing of it is lost. */
  letGo(): void;
}

/**
 * Takes a Node stream over, in the same tick: no more than a chunk of it is read until it is sent, unless others read on.
 *
 * Where nobody else reads it, what was read is put back, and the stream itself is sent. Otherwise one of ours is.
 *
 * @throws {AsposeAuthError} when the stream has ended, failed or been closed before.
 */
export function holdStream(source: Readable): HeldStream {
  assertUnused(source);
  const failure = new AbortController();
  finished(source, { writable: false }, (error) => {
    if (error) failure.abort(error);
  });
  const chunks: unknown[] = [];
  const hold = fullSink(chunks);
  const stay = () => source.pipe(hold);
  // Its owner takes it off all readers at once, ours among them.
  hold.on('unpipe', stay);
  stay();
  const letGo = () => {
    const canPutBack = isReadByNobodyElse(source);
    hold.off('unpipe', stay);
    source.unpipe?.(hold);
    if (canPutBack)
      for (const chunk of chunks.toReversed()) source.unshift(chunk);
  };
  return {
    failure: failure.signal,
    letGo,
    release() {
      if (isReadByNobodyElse(source)) {
        letGo();
        return source;
      }
      const relay = new PassThrough();
      for (const chunk of chunks) relay.write(chunk);
      if (source.readableEnded) relay.end();
      else joinStreams(source, relay);
      letGo();
      return relay;
    },
  };
}

/** Says after each chunk that it is full; a stream of the older kind, which a pipe takes at its word. */
function fullSink(chunks: unknown[]): NodeJS.WritableStream & Stream {
  const sink: unknown = Object.assign(new Stream(), {
    writable: true,
    write(chunk: unknown) {
      chunks.push(chunk);
      return false;
    },
    end() {},
  });
  return sink as NodeJS.WritableStream & Stream;
}

function isReadByNobodyElse(source: Readable): boolean {
  return (
    source instanceof Readable &&
    source.listenerCount('data') === 1 &&
    source.listenerCount('readable') === 0 &&
    source.readableEncoding === null &&
    !source.readableEnded
  );
}
