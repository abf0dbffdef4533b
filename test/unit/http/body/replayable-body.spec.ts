import { PassThrough, Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import {
  isReplayableBody,
  isStream,
} from '../../../../lib/http/body/replayable-body.js';

const stream = () => Readable.from(['x']);

describe('A body', () => {
  it.each<[string, unknown]>([
    ['none', undefined],
    ['null', null],
    ['text', 'x'],
    ['empty text', ''],
    ['a number', 0],
    ['a Buffer', Buffer.from('x')],
    ['a typed array', new Uint16Array(2)],
    ['a DataView', new DataView(new ArrayBuffer(2))],
    ['an ArrayBuffer', new ArrayBuffer(2)],
    ['URLSearchParams', new URLSearchParams('a=1')],
    ['a Blob', new Blob(['x'])],
    ['FormData', new FormData()],
    ['a plain object', { a: { b: 1 } }],
    ['an object without a prototype', Object.create(null)],
    ['a list', [1, 2]],
  ])('can be sent again: %s', (_, body) => {
    expect(isReplayableBody(body)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a Node stream', stream()],
    ['a Duplex', new PassThrough()],
    ['what passes for a stream', { pipe: () => {} }],
    ['a web stream', Readable.toWeb(stream())],
    ['an iterator', [1].values()],
    [
      'a generator',
      (function* () {
        yield 1;
      })(),
    ],
    ['an unknown instance', new (class Upload {})()],
    ['a function', () => 'x'],
  ])('cannot be sent again: %s', (_, body) => {
    expect(isReplayableBody(body)).toBe(false);
  });
});

describe('isStream', () => {
  it.each([stream(), new PassThrough(), { pipe: () => {} }])(
    'is true of a stream (%#)',
    (value) => {
      expect(isStream(value)).toBe(true);
    },
  );

  it.each([undefined, null, 'pipe', { pipe: 'no' }, {}])(
    'is false of %j',
    (value) => {
      expect(isStream(value)).toBe(false);
    },
  );
});
