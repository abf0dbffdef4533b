import { PassThrough, Readable, Stream } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { takePart, takeStream } from '../../../lib/sdk/taken-stream.js';
import { rejectionOf } from '../../support/rejection.js';

const failure = new Error('The disk is gone.');

describe('A stream that is taken over', () => {
  it('brings what its source has, to whom reads it late', async () => {
    const source = Readable.from(['a ', 'workbook']);

    const taken = takeStream(source);
    source.on('data', () => {});
    await turn();

    expect(await text(taken)).toBe('a workbook');
  });

  it('looks like its source to who makes a form of it', () => {
    const face = { path: '/tmp/book.xlsx', fd: null, start: 1, end: Infinity };

    expect(takeStream(Object.assign(Readable.from(['']), face))).toMatchObject(
      face,
    );
    expect(takeStream(Readable.from(['']))).not.toHaveProperty('path');
  });

  it('fails when it is read, and not before', async () => {
    const source = new PassThrough();
    const errors: unknown[] = [];
    const taken = takeStream(source).on('error', (e) => errors.push(e));

    source.destroy(failure);
    await turn();

    expect(errors).toStrictEqual([]);
    expect(await rejectionOf(text(taken))).toBe(failure);
    expect(errors).toStrictEqual([failure]);
  });

  it('fails with the failure its source had before', async () => {
    const source = new PassThrough().on('error', () => {});
    source.destroy(failure);

    expect(await rejectionOf(text(takeStream(source)))).toBe(failure);
  });

  it('fails the request that it is piped into', async () => {
    const target = Object.assign(new Stream(), {
      writable: true,
      write: () => true,
      end: () => {},
      calls: [] as unknown[],
      abort: () => void target.calls.push('abort'),
    });
    target.on('error', (error) => target.calls.push(error));
    const source = new PassThrough();

    takeStream(source).pipe(target as unknown as PassThrough);
    source.destroy(failure);
    await turn();
    await turn();

    expect(target.calls).toStrictEqual([failure, 'abort']);
  });

  it('stays with us when its owner takes it off everybody', async () => {
    const source = new PassThrough();
    const taken = takeStream(source);

    source.unpipe();
    source.end('a workbook');

    expect(await text(taken)).toBe('a workbook');
  });

  it('is its owner’s again when it is let go', async () => {
    const source = new PassThrough();
    const taken = takeStream(source);

    taken.destroy();
    await turn();
    source.end('a workbook');

    expect(await text(source)).toBe('a workbook');
  });
});

describe('A part that is taken over', () => {
  it('stalls in place of failing, and tells', async () => {
    const source = new PassThrough();
    const told: unknown[] = [];
    const events: string[] = [];
    const taken = takePart(source, (error) => told.push(error));
    for (const event of ['error', 'end', 'close'])
      taken.on(event, () => events.push(event));

    source.destroy(failure);
    await turn();
    expect(told).toStrictEqual([]);
    taken.resume();
    await turn();

    expect(told).toStrictEqual([failure]);
    expect(events).toStrictEqual([]);
  });

  it('brings what its source has', async () => {
    const source = Readable.from(['a ', 'workbook']);

    expect(await text(takePart(source, () => {}))).toBe('a workbook');
  });
});
