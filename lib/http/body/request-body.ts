import { finished, type Readable } from 'node:stream';

import type { TokenSource } from '../../token/token-source.js';
import { captureStream } from './captured-stream.js';
import { discardBody } from './discard-body.js';
import { holdStream } from './held-stream.js';
import { isStream } from './replayable-body.js';
import { snapshotOf } from './snapshot.js';
import { captureWebStream } from './web-stream.js';

/** A request body as it is at the call, whatever its owner does with it later. */
export interface TakenBody {
  /** Aborts when the body fails before it is sent. */
  readonly failure?: AbortSignal | undefined;
  /** What is to be sent; of a stream, to be called once. */
  release(): unknown;
  /** Lets go of a body that is not sent. */
  letGo(): void;
}

/**
 * Takes over a request body in the tick of the call: copies it or, if it is a stream, keeps what others read of it.
 *
 * @param largestCopyBytes - bytes beyond this size are not copied.
 * @throws {AsposeAuthError} when it is a stream that was used up before.
 */
export function takeBody(body: unknown, largestCopyBytes: number): TakenBody {
  if (body instanceof ReadableStream) return takeWebStream(body);
  if (!isStream(body)) return ours(snapshotOf(body, largestCopyBytes));
  return 'unpipe' in body
    ? holdStream(body)
    : takeOldStream(body, largestCopyBytes);
}

function takeWebStream(body: ReadableStream): TakenBody {
  const failure = new AbortController();
  const captured = captureWebStream(body, (error) => failure.abort(error));
  return ours(captured, failure.signal);
}

/** Also a form of the `form-data` package. What was piped cannot be put back. */
function takeOldStream(body: Readable, largestCopyBytes: number): TakenBody {
  const failure = new AbortController();
  const captured = captureStream(body, largestCopyBytes);
  finished(captured, { writable: false }, (error) => {
    if (error) failure.abort(error);
  });
  return ours(captured, failure.signal);
}

function ours(body: unknown, failure?: AbortSignal): TakenBody {
  return { failure, release: () => body, letGo: () => discardBody(body) };
}

const LARGE_BYTES = 1024 * 1024;

/** Bytes beyond 1 MiB are copied only for a call that has to wait for its token. */
export function copyLimitFor(
  tokens: TokenSource,
  minValidityMs: number | undefined,
): number {
  // What a test has put in its place may have no more than the methods that the test needs.
  const hasToken = tokens.peekToken?.() !== undefined;
  return hasToken && !minValidityMs ? LARGE_BYTES : Infinity;
}
