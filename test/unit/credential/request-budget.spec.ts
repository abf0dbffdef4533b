import { describe, expect, it } from 'vitest';

import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { TokenRequestBudget } from '../../../lib/credential/request-budget.js';

function spent(times: number, lifetimeMs?: number) {
  const clock = new ManualTokenClock();
  const budget = new TokenRequestBudget(clock);
  if (lifetimeMs !== undefined) budget.paceFor(lifetimeMs);
  for (let i = 0; i < times; i += 1) budget.spend();
  return { clock, budget };
}

describe('TokenRequestBudget', () => {
  it('lets a burst of five through', () => {
    const { budget } = spent(0);
    const seen = [];
    for (let i = 0; i < 5; i += 1) {
      seen.push([budget.left, budget.waitMs()]);
      budget.spend();
    }
    expect(seen).toEqual([
      [5, 0],
      [4, 0],
      [3, 0],
      [2, 0],
      [1, 0],
    ]);
    expect([budget.left, budget.waitMs()]).toEqual([0, 10_000]);
  });

  it.each([
    ['10 s while the lifetime is unknown', undefined, 10_000],
    ['1 s for a lifetime of 1 s', 1_000, 1_000],
    ['1 s for a lifetime of 4 s', 4_000, 1_000],
    ['a quarter of a lifetime of 4004 ms', 4_004, 1_001],
    ['a quarter of a lifetime of 20 s', 20_000, 5_000],
    ['10 s for a lifetime of 40 s', 40_000, 10_000],
    ['10 s for a lifetime of a day', 86_400_000, 10_000],
  ])('after the burst permits one per %s', async (_, lifetimeMs, paceMs) => {
    const { clock, budget } = spent(5, lifetimeMs);
    for (let i = 0; i < 3; i += 1) {
      await clock.advance(paceMs - 1);
      expect(budget.waitMs()).toBe(1);
      expect(budget.left).toBe(0);
      await clock.advance(1);
      expect(budget.waitMs()).toBe(0);
      expect(budget.left).toBe(1);
      budget.spend();
    }
  });

  it('regains the whole burst, and no more, in idle time', async () => {
    const { clock, budget } = spent(5);
    await clock.advance(49_999);
    expect(budget.left).toBe(4);
    await clock.advance(1);
    expect(budget.left).toBe(5);
    await clock.advance(1e9);
    expect(budget.left).toBe(5);
    for (let i = 0; i < 5; i += 1) budget.spend();
    expect(budget.waitMs()).toBe(10_000);
  });

  it('counts a request that was made in spite of it', () => {
    const { budget } = spent(7);
    expect(budget.waitMs()).toBe(30_000);
    expect(budget.left).toBe(0);
  });

  it('keeps what is spent when the pace changes', () => {
    const { budget } = spent(3);
    budget.paceFor(8_000);
    expect(budget.left).toBe(2);
    budget.spend();
    budget.spend();
    expect(budget.waitMs()).toBe(2_000);
    budget.paceFor(3_600_000);
    expect(budget.waitMs()).toBe(10_000);
  });

  it('keeps what is still to be paid off when the pace changes later', async () => {
    const { clock, budget } = spent(5);
    await clock.advance(25_000);
    budget.paceFor(8_000);
    expect(budget.left).toBe(2);
    await clock.advance(4_000);
    expect(budget.left).toBe(4);
    await clock.advance(1e6);
    budget.paceFor(4_000);
    expect(budget.left).toBe(5);
  });

  it('takes no notice of the wall clock', () => {
    const { clock, budget } = spent(5);
    clock.setWallClock(3_600_000);
    expect(budget.waitMs()).toBe(10_000);
    clock.setWallClock(-7_200_000);
    expect(budget.waitMs()).toBe(10_000);
  });
});
