import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { takeBody } from '../../../../lib/http/body/taken-body.js';
import { AsposeAuthErrorCode } from '../../../../lib/index.js';

/** A stream of many chunks, and how many of them were read of it. */
function longStream() {
  let read = 0;
  const stream = new Readable({
    highWaterMark: 4,
    read() {
      read += 1;
      this.push(read <= 100 ? `row ${read};` : null);
    },
  });
  return { stream, readSoFar: () => read };
}

const ALL = Array.from({ length: 100 }, (_, row) => `row ${row + 1};`).join('');

describe('A stream that is held', () => {
  it('is sent itself, in whole, where nobody else reads it', async () => {
    const { stream } = longStream();
    const held = takeBody(stream);
    await turn();

    const sent = held.release() as Readable;

    expect(sent).toBe(stream);
    expect(await text(sent)).toBe(ALL);
  });

  it('is not read ahead meanwhile', async () => {
    const { stream, readSoFar } = longStream();
    takeBody(stream);

    await turn();
    await turn();

    expect(readSoFar()).toBeLessThan(5);
  });

  it.each<[string, (stream: Readable) => unknown]>([
    ['listens', (stream) => stream.on('data', () => {})],
    ['pipes it', (stream) => stream.pipe(new PassThrough()).resume()],
    ['resumes it', (stream) => stream.on('data', () => {}).resume()],
    ['takes all readers off it', (stream) => stream.unpipe()],
    ['sets an encoding', (stream) => stream.setEncoding('utf8')],
  ])('arrives in whole where somebody else %s', async (_, read) => {
    const { stream } = longStream();
    const held = takeBody(stream);
    read(stream);
    await turn();
    await turn();

    expect(await text(held.release() as Readable)).toBe(ALL);
  });

  it('arrives in whole where somebody else has read all of it', async () => {
    const { stream } = longStream();
    const held = takeBody(stream);
    stream.on('data', () => stream.resume());
    await once(stream, 'end');

    expect(await text(held.release() as Readable)).toBe(ALL);
  });

  it('arrives in whole where it has no more than one chunk', async () => {
    const held = takeBody(Readable.from(['a workbook']));
    await turn();

    expect(await text(held.release() as Readable)).toBe('a workbook');
  });

  it.each([
    ['before', (stream: Readable) => stream.resume(), () => {}],
    ['after', () => {}, (stream: Readable) => stream.resume()],
  ])(
    'arrives in whole where somebody makes it flow %s, though it is read a turn later',
    async (_, before, after) => {
      const stream = new PassThrough().end('a workbook');
      before(stream);
      const held = takeBody(stream);
      after(stream);

      const sent = held.release() as Readable;
      await turn();

      expect(await text(sent)).toBe('a workbook');
    },
  );

  it('tells of its failure', async () => {
    const stream = new PassThrough();
    const { failure } = takeBody(stream);

    stream.destroy(new Error('the disk is gone'));
    await once(failure as AbortSignal, 'abort');

    expect(failure?.reason).toMatchObject({ message: 'the disk is gone' });
  });

  it('is let go in whole when it is not sent after all', async () => {
    const { stream } = longStream();
    const held = takeBody(stream);
    await turn();

    held.letGo();

    expect(stream.listenerCount('data')).toBe(0);
    expect(stream.destroyed).toBe(false);
    expect(await text(stream)).toBe(ALL);
  });

  it('flows for a listener once it is let go', async () => {
    const { stream } = longStream();
    const held = takeBody(stream);
    await turn();
    held.letGo();
    await turn();

    const rows: string[] = [];
    stream.on('data', (row: Buffer) => rows.push(row.toString()));
    await once(stream, 'end');

    expect(rows.join('')).toBe(ALL);
  });

  it('cannot be one that is used up', () => {
    expect(() => takeBody(new PassThrough().destroy())).toThrow(
      expect.objectContaining({ code: AsposeAuthErrorCode.BODY_USED_UP }),
    );
  });
});

const GONE = new Error('the disk is gone');

it.each<[string, () => { body: unknown; fail: () => void }]>([
  [
    'a Node stream',
    () => {
      const body = new PassThrough();
      return { body, fail: () => void body.destroy(GONE) };
    },
  ],
  [
    'a web stream',
    () => {
      const { readable, writable } = new TransformStream();
      return { body: readable, fail: () => void writable.abort(GONE) };
    },
  ],
])('What is taken of %s that then fails is not sent', async (_, make) => {
  const { body, fail } = make();
  const taken = takeBody(body);
  const failing = once(taken.failure as AbortSignal, 'abort');

  fail();
  await failing;

  expect(() => taken.release()).toThrow(GONE);
});
