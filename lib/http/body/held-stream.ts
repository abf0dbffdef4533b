import { EventEmitter } from 'node:events';
import { finished, Readable } from 'node:stream';

import {
  assertUnused,
  bodyUsedUp,
  byteRelay,
  joinStreams,
} from './captured-stream.js';
import type { TakenBody } from './taken-body.js';

/**
 * Takes a Node stream over, in the same tick, without reading it: what others read of it meanwhile is kept.
 *
 * If nobody else reads it, the stream itself is sent. Otherwise a relay is, with what was kept and what is left.
 *
 * @returns the stream; to release it fails when its owner took this reader off it, too.
 * @throws {AsposeAuthError} when the stream has ended, failed or been closed before.
 */
export function holdStream(source: Readable): TakenBody<Readable> {
  assertUnused(source);
  hearErrors(source);
  const failure = new AbortController();
  const forgetFailure = finished(source, { writable: false }, (error) => {
    if (error) failure.abort(error);
  });
  const kept: unknown[] = [];
  let hasEnded = false;
  const keep = (chunk: unknown) => {
    kept.push(chunk);
    source.pause();
  };
  const noteEnd = () => void (hasEnded = true);
  // Not by `source.on`, which would make the stream flow.
  EventEmitter.prototype.on.call(source, 'data', keep);
  source.once('end', noteEnd);

  const stopKeeping = () => {
    forgetFailure();
    source.off('data', keep).off('end', noteEnd);
    return kept.splice(0);
  };
  const isReadByNobodyElse = () =>
    source instanceof Readable &&
    !hasEnded &&
    source.readableFlowing !== true &&
    source.readableEncoding === null &&
    source.listenerCount('data') === 0 &&
    source.listenerCount('readable') === 0;
  return {
    isReplayable: false,
    failure: failure.signal,
    letGo() {
      const chunks = stopKeeping();
      if (chunks.length === 0) return;
      if (isReadByNobodyElse()) putBack(source, chunks);
      else if (source.listenerCount('data') > 0) source.resume();
    },
    release() {
      failure.signal.throwIfAborted();
      const isOurReaderThere = source.listeners('data').includes(keep);
      const chunks = stopKeeping();
      if (!isOurReaderThere) throw bodyUsedUp();
      if (isReadByNobodyElse())
        return chunks.length === 0 ? source : putBack(source, chunks);
      const relay = byteRelay();
      for (const chunk of chunks) relay.write(chunk);
      if (hasEnded) relay.end();
      else joinStreams(source, relay);
      return relay;
    },
  };
}

function putBack(source: Readable, chunks: readonly unknown[]): Readable {
  for (const chunk of chunks.toReversed()) source.unshift(chunk);
  // A stream that was paused flows for no listener, until one for `readable` has come and gone.
  const listener = () => {};
  return source.on('readable', listener).off('readable', listener);
}

/** A stream that fails later must not end the process, however often it was held. */
function hearErrors(source: Readable): void {
  if (!source.listeners('error').includes(ignore)) source.on('error', ignore);
}

function ignore(): void {}
