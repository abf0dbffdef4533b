import { Readable } from 'node:stream';

import type { TokenSource } from '../../token/token-source.js';
import { captureStream } from './captured-stream.js';
import { isStream } from './replayable-body.js';
import { takeBody, type TakenBody } from './taken-body.js';

/** What makes the body of each attempt, in place of one that is given. */
interface BodyMaker {
  readonly body?: (() => Readable) | undefined;
}

/**
 * The body of a request, as it is at the call.
 *
 * @param copyLimitBytes - bytes beyond this size are not copied.
 * @throws {AsposeAuthError} when it is a stream that was used up before.
 */
export function requestBody(
  given: unknown,
  maker: BodyMaker,
  copyLimitBytes: number,
): TakenBody {
  return maker.body === undefined
    ? takeBody(given, copyLimitBytes)
    : { isReplayable: true, release: () => freshBody(maker), letGo() {} };
}

/**
 * Makes the body of one attempt, with an error listener, so that its failure cannot end the process.
 *
 * A stream of another class than Node's is sent by way of one: not every client can read it.
 */
export function freshBody(maker: BodyMaker): unknown {
  const fresh: unknown = maker.body?.();
  if (!isStream(fresh)) return fresh;
  fresh.on('error', () => {});
  const isNodes: boolean = fresh instanceof Readable;
  return isNodes
    ? fresh
    : captureStream(fresh)
        .on('error', () => {})
        .once('close', () => void fresh.destroy?.());
}

const LARGE_BYTES = 1024 * 1024;

/** Up to which size bytes are copied: beyond 1 MiB, only for a call that has to wait for its token. */
export function copyLimitBytesFor(
  tokens: TokenSource,
  minValidityMs: number | undefined,
): number {
  const hasToken = tokens.peekToken() !== undefined;
  return hasToken && !minValidityMs ? LARGE_BYTES : Infinity;
}

/**
 * Ends an upload once its answer has been read: otherwise its connection stays open, and the file of a stream of ours. The
 * platform's fetch does so by itself, also behind a web stream.
 *
 * @param appsOwn - if it is the upload, only its request ends: a stream that the app made is the app's to destroy.
 */
export function endUpload(
  upload: unknown,
  answer?: { readonly data: unknown; readonly request?: unknown },
  appsOwn?: unknown,
): void {
  if (!isStream(upload) || answer?.data instanceof ReadableStream) return;
  const end = () => {
    if (!upload.readableEnded) destroyRequest(answer?.request, upload);
    if (upload !== appsOwn) upload.destroy();
  };
  if (isStream(answer?.data) && !answer.data.destroyed)
    answer.data.once('close', end);
  else end();
}

/** An adapter in place of a real one may have anything for a request. It holds the token: the stream must not show it. */
function destroyRequest(request: unknown, upload: Readable): void {
  if (typeof request !== 'object' || request === null) return;
  if ('write' in request) upload.unpipe?.(request as NodeJS.WritableStream);
  (request as { destroy?: () => void }).destroy?.();
}
