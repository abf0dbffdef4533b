import { PassThrough, Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import {
  bodyStateOf,
  readStream,
} from '../../../lib/endpoint/received-body.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { rejectionOf } from '../../support/rejection.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('readStream()', () => {
  it.each([
    { how: 'with an error', error: new Error('canary') },
    { how: 'without one', error: undefined },
  ])('fails once the stream is destroyed $how', async ({ error }) => {
    const stream = new PassThrough();
    const clock = new ManualTokenClock();
    const read = rejectionOf(readStream(stream, FORM, clock));
    stream.write('client_id=');

    stream.destroy(error);

    expect(await read).toMatchObject({
      status: 400,
      message: 'The request was broken off.',
    });
    expect(clock.scheduled.all).toBe(0);
  });

  it('fails after ten seconds, though bytes trickle in', async () => {
    const stream = new PassThrough();
    const clock = new ManualTokenClock();
    const read = rejectionOf(readStream(stream, FORM, clock));

    for (let second = 0; second < 10; second++) {
      stream.write('x');
      await clock.advance(1_000);
    }

    expect(await read).toMatchObject({ status: 408 });
  });

  it('keeps no more than it may read, however much comes', async () => {
    const stream = Readable.from(
      Array.from({ length: 100 }, () => Buffer.alloc(1_024)),
    );

    const error = await rejectionOf(
      readStream(stream, FORM, new ManualTokenClock()),
    );

    expect(error).toMatchObject({ status: 413 });
  });

  it('reads a body of the greatest length, in one byte after another', async () => {
    const sent = `a=${'ä'.repeat(8_191)}`;
    const stream = Readable.from(
      [...Buffer.from(sent)].map((byte) => Buffer.of(byte)),
    );

    const bytes = await readStream(stream, FORM, new ManualTokenClock());

    expect(bytes.toString()).toBe(sent);
  });

  it('does not begin to read what says that it is too large', async () => {
    const stream = new PassThrough();
    const headers = { ...FORM, 'content-length': '16385' };

    const error = await rejectionOf(
      readStream(stream, headers, new ManualTokenClock()),
    );

    expect(error).toMatchObject({ status: 413 });
    expect(stream.readableFlowing).toBeNull();
  });

  it('reads texts, where somebody has set an encoding', async () => {
    const stream = new PassThrough({ encoding: 'utf8' });
    stream.end('a=ä');

    const bytes = await readStream(stream, FORM, new ManualTokenClock());

    expect(bytes.toString()).toBe('a=ä');
  });
});

describe('bodyStateOf()', () => {
  const headers = { ...FORM, 'content-length': '3' };
  const unread = () => new PassThrough();
  const read = () => new PassThrough().resume();
  const destroyed = () => new PassThrough().destroy();

  it.each([
    { what: 'an unread body', body: undefined, stream: unread(), at: 'stream' },
    { what: 'null beside it', body: null, stream: unread(), at: 'stream' },
    { what: '{} beside it', body: {}, stream: unread(), at: 'stream' },
    { what: 'a parsed one', body: { a: 'b' }, stream: read(), at: 'parsed' },
    { what: 'a parsed {}', body: {}, stream: read(), at: 'parsed' },
    {
      what: 'one from elsewhere',
      body: { a: 1 },
      stream: unread(),
      at: 'parsed',
    },
    { what: 'a kept one', body: 'a=b', stream: read(), at: 'kept' },
    { what: 'a lost one', body: undefined, stream: read(), at: 'lost' },
    { what: 'one broken off', body: null, stream: destroyed(), at: 'lost' },
  ])('finds $what at: $at', ({ body, stream, at }) => {
    expect(bodyStateOf({ headers, body }, stream)).toMatchObject({ at });
  });

  it.each([
    { what: 'a type that is not read', headers: { 'content-type': 'text/x' } },
    { what: 'no type', headers: {} },
    { what: 'a type called toString', headers: { 'content-type': 'toString' } },
  ])('finds $what nowhere', ({ headers }) => {
    expect(bodyStateOf({ headers, body: 'a=b' }, unread()).at).toBe('nowhere');
  });

  it('misses nothing where no body was announced', () => {
    expect(bodyStateOf({ headers: FORM }, read()).at).toBe('nowhere');
  });
});
