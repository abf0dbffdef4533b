import { finished, type Readable } from 'node:stream';

import type { TokenSource } from '../../token/token-source.js';
import { captureStream } from './captured-stream.js';
import { holdStream } from './held-stream.js';
import { discardBody, isReplayableBody, isStream } from './replayable-body.js';
import { freshBody } from './request-stream.js';
import { snapshotOf } from './snapshot.js';
import type { TakenBody } from './taken-body.js';
import { captureWebStream } from './web-stream.js';

/**
 * The body of a request, as it is at the call.
 *
 * @param make - makes it for each attempt, in place of the one that is given.
 * @throws {AsposeAuthError} when it is a stream that was used up before.
 */
export function requestBody(
  given: unknown,
  make: (() => Readable) | undefined,
  copyLimitBytes: number,
): TakenBody {
  return make === undefined
    ? takeBody(given, copyLimitBytes)
    : { isReplayable: true, release: () => freshBody(make), letGo() {} };
}

/**
 * Takes over a body in the tick of the call: copies it or, if it is a stream, keeps what others read of it.
 *
 * @param copyLimitBytes - bytes beyond this size are not copied.
 * @throws {AsposeAuthError} when it is a stream that was used up before.
 */
export function takeBody(body: unknown, copyLimitBytes = Infinity): TakenBody {
  if (body instanceof ReadableStream) return takeWebStream(body);
  if (!isStream(body)) return ours(snapshotOf(body, copyLimitBytes));
  return 'unpipe' in body
    ? holdStream(body)
    : takeOldStream(body, copyLimitBytes);
}

function takeWebStream(body: ReadableStream): TakenBody {
  const failure = new AbortController();
  const captured = captureWebStream(body, (error) => failure.abort(error));
  return ours(captured, failure.signal);
}

/** Also a form of the `form-data` package. What was piped cannot be put back. */
function takeOldStream(body: Readable, copyLimitBytes: number): TakenBody {
  const failure = new AbortController();
  const captured = captureStream(body, copyLimitBytes);
  finished(captured, { writable: false }, (error) => {
    if (error) failure.abort(error);
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

const LARGE_BYTES = 1024 * 1024;

/** Up to which size bytes are copied: beyond 1 MiB, only for a call that has to wait for its token. */
export function copyLimitBytesFor(
  tokens: TokenSource,
  minValidityMs: number | undefined,
): number {
  // A test's stand-in may have only the methods that the test needs.
  const hasToken = tokens.peekToken?.() !== undefined;
  return hasToken && !minValidityMs ? LARGE_BYTES : Infinity;
}
