import { describe, expect, it } from 'vitest';

import { announceClosing, closingOf } from '../../../lib/token/token-layer.js';

describe('The closing of a token source', () => {
  it('is told to whoever looks, of this source alone', () => {
    const [closed, other] = [{}, {}];
    const [signal, still] = [closingOf(closed), closingOf(other)];

    announceClosing(closed);

    expect([signal.aborted, still.aborted]).toStrictEqual([true, false]);
  });

  it('is the same for all who look', () => {
    const source = {};

    expect(closingOf(source)).toBe(closingOf(source));
  });

  it('is over for who puts it to use again', () => {
    const source = {};
    announceClosing(source);

    expect(closingOf(source).aborted).toBe(false);
  });
});
