import { Readable } from 'node:stream';

import { takeBody, type TakenBody } from '../http/body/taken-body.js';

/** What the SDKs' HTTP clients take a part's file name, type and length from. */
const FACE = 'path name mode fd start end httpVersion headers client'.split(
  ' ',
);

/** The streams that were made here. */
const ours = new WeakSet<object>();

/**
 * Takes over a stream that an SDK sends, in the same tick: whatever it still has arrives in ours, whoever else reads it.
 * One that was taken before is ours already.
 *
 * Ours fails when it is read and no earlier, even one that is used up already: before that, no SDK listens.
 */
export function takeStream(source: Readable): Readable {
  if (ours.has(source)) return source;
  const taken = take(source);
  const stream = disguised(source, taken, contentOf(taken));
  ours.add(stream);
  return stream;
}

/**
 * The same for a part of a multipart body, whose failure would end the process in the `request` package: it stalls.
 *
 * @param onFailure - called in its place.
 */
export function takePart(
  source: Readable,
  onFailure: (error: Error) => void,
): Readable {
  const taken = take(source);
  return disguised(source, taken, stalling(contentOf(taken), onFailure));
}

function take(source: Readable): TakenBody {
  try {
    return takeBody(source);
  } catch (error) {
    const release = () => {
      throw source.errored ?? error;
    };
    return { isReplayable: false, release, letGo: ignore };
  }
}

/** Read once the SDK reads it: until then, the stream can be given back. */
async function* contentOf(body: TakenBody): AsyncGenerator {
  // Its owner may go on with it.
  yield* (body.release() as Readable).iterator({ destroyOnReturn: false });
}

async function* stalling(
  content: AsyncIterable<unknown>,
  onFailure: (error: Error) => void,
): AsyncGenerator {
  try {
    yield* content;
  } catch (error) {
    onFailure(error as Error);
    await new Promise(ignore);
  }
}

/** A stream that looks like its source to the SDKs' HTTP clients. */
function disguised(
  source: Readable,
  taken: TakenBody,
  content: AsyncIterable<unknown>,
): Readable {
  const stream = Readable.from(content, { objectMode: false })
    .on('error', ignore)
    .once('close', () => taken.letGo());
  for (const name of FACE)
    if (name in source) Reflect.set(stream, name, Reflect.get(source, name));
  return Object.assign(stream, { pipe: pipeWithFailure });
}

/** What the SDKs pipe a whole body into: their request. */
type Target = NodeJS.WritableStream & { abort?(): void };

/** Fails the request it is piped into, which would wait for ever. */
function pipeWithFailure<T extends Target>(
  this: Readable,
  target: T,
  options?: { end?: boolean },
): T {
  this.once('error', (error) => {
    target.emit('error', error);
    target.abort?.();
  });
  return Readable.prototype.pipe.call(this, target, options) as T;
}

function ignore(): void {}
