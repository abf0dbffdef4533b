import type { AsposeRequestOptions } from './axios-like.js';
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
 * Ends the upload of a body made for one attempt, once its answer has been read: otherwise its file and connection stay
 * open. The platform's fetch does so by itself, also behind a web stream.
 */
export function endUpload(fresh: unknown, answer?: UploadAnswer): void {
  if (!isStream(fresh) || answer?.data instanceof ReadableStream) return;
  const end = () => {
    if (!fresh.readableEnded) destroyRequest(answer?.request);
    fresh.destroy();
  };
  if (isStream(answer?.data) && !answer.data.destroyed)
    answer.data.once('close', end);
  else end();
}

/** An adapter in place of a real one may have anything for a request. */
function destroyRequest(request: unknown): void {
  (request as { destroy?: () => void } | null | undefined)?.destroy?.();
}
