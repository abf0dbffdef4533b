import { type Readable, Stream } from 'node:stream';

/** A stream as they were before Node 0.10, which the `through` package still makes: it cannot be unpiped. */
export function oldStream(): Stream & Readable {
  const stream: unknown = Object.assign(new Stream(), {
    readable: true,
    pause() {},
    resume() {},
  });
  return stream as Stream & Readable;
}
