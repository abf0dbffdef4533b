import { describe, expect, it } from 'vitest';

import { readObject } from '../../../lib/client-credentials/json-object.js';

describe('readObject', () => {
  it.each([
    ['an object', '{"a":1}'],
    ['a string that holds an object', JSON.stringify('{"a":1}')],
  ])('reads %s', (_, text) => {
    expect(readObject(text)).toEqual({ a: 1 });
  });

  it.each([
    '',
    'abc',
    '1',
    'null',
    '[]',
    '"abc"',
    '"[]"',
    '{"a":1',
    '"\\"{}\\""',
  ])('reads nothing from %s', (text) => {
    expect(readObject(text)).toBeUndefined();
  });
});
