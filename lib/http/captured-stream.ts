import { finished, PassThrough, Readable } from 'node:stream';
import { callbackify, promisify } from 'node:util';

import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { AsposeAuthError } from '../errors/aspose-auth.error.js';
import { snapshotOf } from './snapshot.js';

/** As much as Node reads of a file at once. */
const READ_AHEAD_BYTES = 64 * 1024;

/**
 * Pipes a Node stream into one of ours, in the same tick: whatever it still has arrives there, whoever else reads it.
 *
 * Its failure fails ours, and so does an end that comes too early. A form of the `form-data` package keeps its headers
 * and its length, and nothing can be appended to it from now on. The source is never destroyed: it is its owner's.
 *
 * @param largestCopyBytes - bytes beyond this size, in such a form, are not copied.
 * @throws {AsposeAuthError} when the stream has ended, failed or been closed before.
 */
export function captureStream(
  source: Readable,
  largestCopyBytes = Infinity,
): Readable {
  assertUnused(source);
  const captured = new PassThrough({ highWaterMark: READ_AHEAD_BYTES });
  if (isPackageForm(source))
    Object.assign(captured, formFace(captured, source, largestCopyBytes));
  joinStreams(source, captured);
  return captured;
}

/** Pipes a stream into one of ours, with its failure, for as long as ours takes it. */
export function joinStreams(source: Readable, ours: PassThrough): void {
  finished(source, { writable: false }, (error) => {
    if (error) ours.destroy(error);
  });
  ours.once('close', () => void source.unpipe?.(ours));
  // Its owner takes it off all readers at once, ours among them.
  ours.on('unpipe', () => {
    if (ours.writable) source.pipe(ours);
  });
  source.pipe(ours);
}

/**
 * Reads a web stream in place of anybody else, in the same tick.
 *
 * @param onFailure - is told of its failure, ahead of whoever reads.
 * @throws {AsposeAuthError} when somebody else reads it or has read from it.
 */
export function captureWebStream<T>(
  source: ReadableStream<T>,
  onFailure: (error: unknown) => void,
): ReadableStream<T> {
  if (source.locked || Readable.isDisturbed(source as never))
    throw bodyUsedUp();
  return relay(source, onFailure);
}

/** A web stream that hands on what another has, and tells of its failure. */
export function relay<T>(
  source: ReadableStream<T>,
  onFailure: (error: unknown) => void,
): ReadableStream<T> {
  const reader = source.getReader();
  reader.closed.catch(onFailure);
  return new ReadableStream<T>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function bodyUsedUp(): AsposeAuthError {
  return new AsposeAuthError(
    AsposeAuthErrorCode.BODY_USED_UP,
    'The body is a stream that was read, failed or closed before the call, so nothing of it can be sent. ' +
      'Make a stream for each call, or give a function that makes one as aspose.body.',
  );
}

/** @throws {AsposeAuthError} when a stream has ended, failed or been closed. */
export function assertUnused(source: Readable): void {
  if (
    source.destroyed ||
    source.readableEnded ||
    source.errored ||
    (isPackageForm(source) && source._released)
  )
    throw bodyUsedUp();
}

/** A form of the `form-data` package: a stream of an older kind, which can be sent once. */
export interface PackageForm extends Readable {
  /** Whether it was piped anywhere. */
  readonly _released: boolean;
  append: (...field: unknown[]) => void;
  getHeaders(): object;
  getLength(callback: (error: Error | null, bytes: number) => void): void;
}

/** Tells whether a stream is such a form. */
export function isPackageForm(source: object): source is PackageForm {
  return (
    'getHeaders' in source && 'getLength' in source && '_released' in source
  );
}

/** What axios knows such a form by and asks of it, as of now; the bytes in it are copied as it emits them, all at once. */
function formFace(
  captured: PassThrough,
  form: PackageForm,
  largestCopyBytes: number,
) {
  const headers = form.getHeaders();
  const length = promisify(form.getLength.bind(form))();
  length.catch(() => {});
  const write = captured.write.bind(captured);
  form.append = () => {
    throw new TypeError(
      'The form was handed over with a call already: append to it before.',
    );
  };
  return {
    append: form.append,
    getHeaders: () => headers,
    getLength: callbackify(() => length),
    toString: () => '[object FormData]',
    write: (chunk: unknown) => write(snapshotOf(chunk, largestCopyBytes)),
  };
}
