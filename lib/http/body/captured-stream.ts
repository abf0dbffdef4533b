import { finished, Readable, Transform } from 'node:stream';
import { callbackify, promisify } from 'node:util';

import { AsposeAuthError, AsposeAuthErrorCode } from '../../errors/errors.js';
import { isStream } from './replayable-body.js';
import { snapshotOf } from './snapshot.js';

/** As much as Node reads of a file at once. */
const READ_AHEAD_BYTES = 64 * 1024;

/**
 * Pipes a Node stream into a new one in the same tick. All that is still unread arrives there, whoever else reads it.
 *
 * If the source fails or closes early, the new stream fails too. A form of the `form-data` package keeps its headers
 * and its length, and nothing can be appended to it from now on. The source is never destroyed: it is its owner's.
 *
 * @param copyLimitBytes - bytes beyond this size, in such a form, are not copied.
 * @throws {AsposeAuthError} when the stream has ended, failed or been closed before.
 */
export function captureStream(
  source: Readable,
  copyLimitBytes = Infinity,
): Readable {
  assertUnused(source);
  const captured = byteRelay();
  if (isPackageForm(source))
    Object.assign(captured, formFace(captured, source, copyLimitBytes));
  joinStreams(source, captured);
  return captured;
}

/**
 * Locks a web stream, so that nobody else reads it.
 *
 * @param onFailure - called when the stream fails, even while nobody reads it.
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

/** Makes a web stream that passes on what another has, and its failure. */
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

/** Makes a stream that passes on bytes and text. It fails with anything else, where a pipe would throw. */
export function byteRelay(): Transform {
  return new Transform({
    readableHighWaterMark: READ_AHEAD_BYTES,
    writableObjectMode: true,
    writableHighWaterMark: 1,
    transform(chunk: unknown, _, done) {
      const isSendable =
        typeof chunk === 'string' || chunk instanceof Uint8Array;
      const problem = `The body is a stream of ${typeof chunk}s. A body is made of bytes or text.`;
      done(isSendable ? null : new TypeError(problem), chunk);
    },
  });
}

/**
 * Pipes a stream into another and passes its failure on, until the other closes.
 *
 * The other fails once somebody reads it: axios measures a form before it listens to it.
 */
export function joinStreams(source: Readable, ours: Transform): void {
  finished(source, { writable: false }, (error) => {
    if (!error) return;
    const readers = ['data', 'readable'];
    if (readers.some((event) => ours.listenerCount(event) > 0))
      ours.destroy(error);
    else
      ours.on('newListener', (event: string) => {
        if (readers.includes(event))
          process.nextTick(() => ours.destroy(error));
      });
  });
  ours.once('close', () => void source.unpipe?.(ours));
  // Its owner takes it off all readers at once, ours among them.
  ours.on('unpipe', () => {
    if (ours.writable) source.pipe(ours);
  });
  source.pipe(ours);
}

/** The error of a call whose body can no longer be sent. */
export function bodyUsedUp(): AsposeAuthError {
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
    !source.readable ||
    source.errored ||
    (isPackageForm(source) && source._released)
  )
    throw bodyUsedUp();
}

/** A form of the `form-data` package: a stream of an older kind, which can be sent once. */
interface PackageForm extends Readable {
  /** Whether it was piped anywhere. */
  readonly _released: boolean;
  append: (...field: unknown[]) => void;
  getHeaders(): { readonly 'content-type'?: string };
  getBoundary?(): string;
  getLengthSync?(): number;
  hasKnownLength?(): boolean;
  getLength(callback: (error: Error | null, bytes: number) => void): void;
}

/** The content type of a form of the `form-data` package, captured or not, with its boundary; undefined of anything else. */
export function formTypeOf(body: unknown): string | undefined {
  if (!isStream(body) || !('getHeaders' in body)) return undefined;
  const { 'content-type': type } = (body as PackageForm).getHeaders();
  return type;
}

function isPackageForm(source: object): source is PackageForm {
  return (
    'getHeaders' in source && 'getLength' in source && '_released' in source
  );
}

/** The members by which axios knows a form, with its headers and length of this moment. Bytes are copied as the form emits them. */
function formFace(
  captured: Transform,
  form: PackageForm,
  copyLimitBytes: number,
) {
  const headers = form.getHeaders();
  const length = promisify(form.getLength.bind(form))();
  length.catch(() => {});
  const write = captured.write.bind(captured);
  form.append = () => {
    throw new TypeError(
      'The form was already passed to a call. Append to it before the call.',
    );
  };
  return {
    append: form.append,
    getHeaders: () => headers,
    getLength: callbackify(() => length),
    getBoundary: form.getBoundary?.bind(form),
    getLengthSync: form.getLengthSync?.bind(form),
    hasKnownLength: form.hasKnownLength?.bind(form),
    toString: () => '[object FormData]',
    write: (chunk: unknown) => write(snapshotOf(chunk, copyLimitBytes)),
  };
}
