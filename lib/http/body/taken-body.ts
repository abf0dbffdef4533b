import { EventEmitter } from 'node:events';
import { finished, Readable } from 'node:stream';

import {
  assertUnused,
  bodyUsedUp,
  byteRelay,
  captureStream,
  captureWebStream,
  joinStreams,
} from './captured-stream.js';
import { discardBody, isReplayableBody, isStream } from './replayable-body.js';
import { snapshotOf } from './snapshot.js';

/** The body of a request as it is at the call, whatever its owner does with it later. */
export interface TakenBody {
  /** Whether it can be sent a second time. */
  readonly isReplayable: boolean;
  /** Aborts when the body fails before it is sent. */
  readonly failure?: AbortSignal | undefined;
  /**
   * What is to be sent in an attempt. To be called once where the body is not replayable.
   *
   * @throws what the body failed with before.
   */
  release(): unknown;
  /** Lets go of a body that is not sent. If nobody else reads a Node stream, nothing of it is lost. */
  letGo(): void;
}

/**
 * Takes over a body in the tick of the call: copies it or, if it is a stream, keeps what others read of it.
 *
 * @param copyLimitBytes - bytes beyond this size are not copied.
 * @throws {AsposeAuthError} when it is a stream that was used up before.
 */
export function takeBody(body: unknown, copyLimitBytes = Infinity): TakenBody {
  if (!isStream(body) && !(body instanceof ReadableStream))
    return ours(snapshotOf(body, copyLimitBytes));
  if ('unpipe' in body) return holdStream(body);
  const failure = new AbortController();
  const onFailure = (error: unknown) => failure.abort(error);
  // What is piped cannot be put back: a stream of an older kind, such as a form of the form-data package.
  const captured = isStream(body)
    ? captureStream(body, copyLimitBytes).on('error', ignore)
    : captureWebStream(body, onFailure);
  if (isStream(body))
    finished(body, { writable: false }, (error) => {
      if (error) onFailure(error);
    });
  return ours(captured, failure.signal);
}

function ours(body: unknown, failure?: AbortSignal): TakenBody {
  return {
    isReplayable: isReplayableBody(body),
    failure,
    release() {
      failure?.throwIfAborted();
      return body;
    },
    letGo: () => discardBody(body),
  };
}

/**
 * Takes a Node stream over without reading it: what others read of it meanwhile is kept.
 *
 * If nobody else reads it, the stream itself is sent. Otherwise a relay is, with what was kept and what is left.
 *
 * @returns the stream; to release it fails when its owner took this reader off it, too.
 * @throws {AsposeAuthError} when the stream has ended, failed or been closed before.
 */
function holdStream(source: Readable): TakenBody {
  assertUnused(source);
  // A stream that fails later must not end the process, however often it is held.
  if (!source.listeners('error').includes(ignore)) source.on('error', ignore);
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
    'unshift' in source &&
    !hasEnded &&
    source.readableFlowing !== true &&
    !isDecoded(source) &&
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
      // Of another class than Node's, not every client can read it.
      if (source instanceof Readable && isReadByNobodyElse())
        return chunks.length === 0 ? source : putBack(source, chunks);
      const relay = byteRelay();
      for (const chunk of chunks) relay.write(chunk);
      if (hasEnded) relay.end();
      else joinStreams(source, relay);
      return relay;
    },
  };
}

/** Whether a stream turns bytes into text, which cannot be put back. Streams of `readable-stream` 3 tell inside only. */
function isDecoded(source: Readable): boolean {
  const { _readableState: state } = source as {
    _readableState?: { readonly encoding?: string | null };
  };
  return Boolean(source.readableEncoding ?? state?.encoding);
}

function putBack(source: Readable, chunks: readonly unknown[]): Readable {
  for (const chunk of chunks.toReversed()) source.unshift(chunk);
  // A stream that was paused flows for no listener, until one for `readable` has come and gone.
  const listener = () => {};
  return source.on('readable', listener).off('readable', listener);
}

function ignore(): void {}
