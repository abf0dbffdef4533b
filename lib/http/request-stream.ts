import { finished } from 'node:stream';

import type { AsposeRequestOptions } from './axios-like.js';
import { isStream } from './replayable-body.js';

/**
 * The signal of a request that may have to wait for its token: aborts when its caller gives it up, and when the stream
 * that it is to send fails meanwhile. That failure nobody else would hear, which ends the process.
 */
export function signalOfRequest(
  signal: AbortSignal | undefined,
  body: unknown,
): AbortSignal | undefined {
  if (!isStream(body)) return signal;
  const failure = new AbortController();
  finished(body, { writable: false }, (error) => {
    if (error) failure.abort(error);
  });
  return signal === undefined
    ? failure.signal
    : AbortSignal.any([signal, failure.signal]);
}

/** Makes the body of one attempt; from then on its failure is heard, if only by who sends it. */
export function freshBody(aspose: AsposeRequestOptions | undefined): unknown {
  const fresh: unknown = aspose?.body?.();
  if (isStream(fresh)) fresh.on('error', () => {});
  return fresh;
}

/** Ends the upload of a body made for one attempt, once its answer is through: it would hold its file open. */
export function endUpload(fresh: unknown, answer: unknown): void {
  if (!isStream(fresh)) return;
  if (isStream(answer) && !answer.destroyed)
    answer.once('close', () => fresh.destroy());
  else fresh.destroy();
}
