import { finished, PassThrough, Readable, Stream } from 'node:stream';

import { assertUnused, joinStreams } from './captured-stream.js';

/** A Node stream that is taken over until it can be sent. */
export interface HeldStream {
  /** Aborts when the stream fails, or closes early, before it is sent. */
  readonly failure: AbortSignal;
  /** Returns the stream to send, with all that was unread when it was taken over. Call it once. */
  release(): Readable;
  /** Stops reading a stream that is not sent. If nobody else reads it, what was read is put back. */
  letGo(): void;
}

/**
 * Takes a Node stream over, in the same tick: no more than a chunk of it is read until it is sent, unless others read on.
 *
 * If nobody else reads it, what was read is put back and the stream itself is sent. Otherwise a copy is sent.
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
  const putBack = () => {
    const canPutBack = isReadByNobodyElse(source);
    hold.off('unpipe', stay);
    source.unpipe(hold);
    if (canPutBack)
      for (const chunk of chunks.toReversed()) source.unshift(chunk);
  };
  return {
    failure: failure.signal,
    letGo() {
      putBack();
      beAsUnread(source);
    },
    release() {
      if (isReadByNobodyElse(source)) {
        putBack();
        return source;
      }
      const relay = new PassThrough();
      for (const chunk of chunks) relay.write(chunk);
      if (source.readableEnded) relay.end();
      else joinStreams(source, relay);
      putBack();
      return relay;
    },
  };
}

/** A sink that makes its source pause after each chunk. */
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

/** A stream that was read and put back flows for no listener, until one for `readable` has come and gone. */
function beAsUnread(source: Readable): void {
  const listener = () => {};
  source.on('readable', listener).off('readable', listener);
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
