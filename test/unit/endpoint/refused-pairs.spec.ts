import { describe, expect, it } from 'vitest';

import type { ClientRequest } from '../../../lib/endpoint/client-request.js';
import { RefusedPairs } from '../../../lib/endpoint/refused-pairs.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { leaksIn } from '../../support/leaks.js';
import { MemoryGrowth } from '../../support/memory-growth.js';
import { refused } from '../../support/token-tower.js';

const REFUSAL = refused();
const MINUTE_MS = 60_000;

const pair = (n: number): ClientRequest => ({
  clientId: `client-${n}`,
  clientSecret: `secret-${n}`,
  scope: undefined,
});

function refusedPairs() {
  const clock = new ManualTokenClock();
  const pairs = new RefusedPairs(clock);
  const add = (n: number) =>
    pairs.add(pair(n), REFUSAL, {
      failure: 'refused',
      retryAfterMs: undefined,
    });
  const throttle = (retryAfterMs: number | undefined) =>
    pairs.add(pair(1), REFUSAL, { failure: 'throttled', retryAfterMs });
  return { clock, pairs, add, throttle };
}

describe('RefusedPairs', () => {
  it('knows nothing of a pair that was not refused', () => {
    expect(refusedPairs().pairs.find(pair(1))).toBeUndefined();
  });

  it('repeats the refusal, and tells for how much longer', async () => {
    const { clock, pairs, add } = refusedPairs();
    expect(add(1)).toBe(MINUTE_MS);

    await clock.advance(MINUTE_MS - 1);
    expect(pairs.find(pair(1))).toStrictEqual({
      answer: REFUSAL,
      remainingMs: 1,
    });
    await clock.advance(1);
    expect(pairs.find(pair(1))).toBeUndefined();
  });

  it('doubles the hold of a pair that is refused again, up to 10 min', async () => {
    const { clock, add } = refusedPairs();
    const holds: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      holds.push(add(1) / MINUTE_MS);
      await clock.advance(10 * MINUTE_MS);
    }

    expect(holds).toStrictEqual([1, 2, 4, 8, 10, 10, 10]);
    expect(add(2)).toBe(MINUTE_MS);
  });

  it('stays with 10 min after any number of refusals', () => {
    const { add } = refusedPairs();
    for (let n = 0; n < 2_000; n += 1) add(1);

    expect(add(1)).toBe(10 * MINUTE_MS);
  });

  it.each([
    { asked: 900_000, holdMs: 900_000 },
    { asked: 3_000, holdMs: 3_000 },
    { asked: undefined, holdMs: MINUTE_MS },
  ])(
    'holds a throttled pair for as long as it is asked to: $asked',
    ({ asked, holdMs }) => {
      const { pairs, throttle } = refusedPairs();

      expect(throttle(asked)).toBe(holdMs);
      expect(pairs.find(pair(1))?.remainingMs).toBe(holdMs);
    },
  );

  it('starts again with a pair that was accepted', async () => {
    const { clock, pairs, add } = refusedPairs();
    add(1);

    pairs.accept(pair(1));

    expect(pairs.find(pair(1))).toBeUndefined();
    await clock.advance(1);
    expect(add(1)).toBe(MINUTE_MS);
  });

  it('keeps nothing of a pair that was never refused', () => {
    const { pairs } = refusedPairs();

    pairs.accept(pair(1));

    expect(pairs.find(pair(1))).toBeUndefined();
  });

  it('lets four refusals happen in ten minutes, even if others are accepted between them', async () => {
    const { clock, pairs, add } = refusedPairs();
    for (let n = 1; n <= 3; n += 1) {
      expect(add(1)).toBe(MINUTE_MS);
      await clock.advance(MINUTE_MS);
      pairs.accept(pair(1));
      await clock.advance(1);
    }

    expect(add(1)).toBe(10 * MINUTE_MS - 3 * (MINUTE_MS + 1));
  });

  it('keeps time by the clock that cannot be set', () => {
    const { clock, pairs, add } = refusedPairs();
    add(1);

    clock.setWallClock(24 * 60 * MINUTE_MS);

    expect(pairs.find(pair(1))?.remainingMs).toBe(MINUTE_MS);
  });

  it('holds the thousand pairs that were refused last', () => {
    const { pairs, add } = refusedPairs();
    for (let n = 0; n < 1_000; n += 1) add(n);
    // Refused again: the newest of all.
    add(0);
    add(1_000);

    const known = Array.from({ length: 1_001 }, (_, n) => n).filter(
      (n) => pairs.find(pair(n)) !== undefined,
    );

    expect(known).toHaveLength(1_000);
    expect(known).not.toContain(1);
  });

  it('does not grow with a flood of random pairs', async () => {
    const { pairs, add } = refusedPairs();
    for (let n = 0; n < 2_000; n += 1) add(n);
    const memory = await MemoryGrowth.start();

    for (let n = 2_000; n < 20_000; n += 1) add(n);
    await memory.note();

    expect(memory.bytes).toBeLessThan(1024 * 1024);
    expect(pairs.find(pair(19_999))).toBeDefined();
    expect(pairs.find(pair(18_999))).toBeUndefined();
  }, 30_000);

  it('tells pairs apart that read the same side by side', () => {
    const { pairs } = refusedPairs();
    const ids = [
      ['ab', 'c'],
      ['a', 'bc'],
      ['abc', ''],
      ['', 'abc'],
      ['1:a', 'b'],
      ['1', ':ab'],
      ['a', 'b1:c'],
      ['ab1:', 'c'],
    ].map(([clientId = '', clientSecret = '']) =>
      pairs.idOf({ clientId, clientSecret, scope: undefined }),
    );

    expect(new Set(ids).size).toBe(ids.length);
  });

  it('knows pairs by ids that mean nothing elsewhere', () => {
    const { pairs, add } = refusedPairs();
    add(1);

    expect(pairs.idOf(pair(1))).not.toBe(refusedPairs().pairs.idOf(pair(1)));
    expect(
      leaksIn(pairs, { id: 'client-1', secret: 'secret-1' }),
    ).toStrictEqual([]);
  });

  it.each([undefined, 'a', 'b'])(
    'does not tell one scope from another: %s',
    (scope) => {
      const { pairs, add } = refusedPairs();
      add(1);

      expect(pairs.find({ ...pair(1), scope })).toBeDefined();
    },
  );
});
