import type { Readable } from 'node:stream';

import type { AsposeRequestOptions } from '../axios/axios-like.js';
import { isStream } from './replayable-body.js';

/** A signal that aborts with whichever of two aborts first. */
export function eitherSignal(
  a: AbortSignal | undefined,
  b: AbortSignal | undefined,
): AbortSignal | undefined {
  return a === undefined || b === undefined
    ? (a ?? b)
    : AbortSignal.any([a, b]);
}

/** The options of a request as they are at the call. */
export function takenOptions(
  aspose: AsposeRequestOptions,
): AsposeRequestOptions {
  const { attach, minValidityMs, retryUnauthorized } = aspose;
  const body = aspose.body?.bind(aspose);
  return { attach, minValidityMs, retryUnauthorized, body };
}

/** Makes the body of one attempt. Listens for its errors, so that they cannot end the process. */
export function freshBody(aspose: AsposeRequestOptions | undefined): unknown {
  const fresh: unknown = aspose?.body?.();
  if (isStream(fresh)) fresh.on('error', () => {});
  return fresh;
}

/** An answer, as far as the upload that it answers is concerned. */
interface UploadAnswer {
  readonly data: unknown;
  readonly request?: unknown;
}

/**
 * Ends an upload once its answer has been read: otherwise its connection stays open, and the file of a stream of ours. The
 * platform's fetch does so by itself, also behind a web stream.
 *
 * @param dispose - what becomes of the stream.
 */
export function endUpload(
  upload: unknown,
  answer?: UploadAnswer,
  dispose: (stream: Readable) => void = (stream) => void stream.destroy(),
): void {
  if (!isStream(upload) || answer?.data instanceof ReadableStream) return;
  const end = () => {
    if (!upload.readableEnded) destroyRequest(answer?.request, upload);
    dispose(upload);
  };
  if (isStream(answer?.data) && !answer.data.destroyed)
    answer.data.once('close', end);
  else end();
}

/** A stream that the app made is its own to destroy. */
export function leave(): void {}

/** An adapter in place of a real one may have anything for a request. It holds the token: the stream must not show it. */
function destroyRequest(request: unknown, upload: Readable): void {
  if (typeof request !== 'object' || request === null) return;
  if ('write' in request) upload.unpipe?.(request as NodeJS.WritableStream);
  (request as { destroy?: () => void }).destroy?.();
}
