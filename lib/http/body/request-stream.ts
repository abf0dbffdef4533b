import type { Readable } from 'node:stream';

import { isStream } from './replayable-body.js';

/** Makes the body of one attempt, with an error listener, so that its failure cannot end the process. */
export function freshBody(make: (() => Readable) | undefined): unknown {
  const fresh: unknown = make?.();
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
 * @param appsOwn - if it is the upload, only its request ends: a stream that the app made is the app's to destroy.
 */
export function endUpload(
  upload: unknown,
  answer?: UploadAnswer,
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
