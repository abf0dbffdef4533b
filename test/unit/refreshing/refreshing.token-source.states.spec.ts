import { describe, expect, it } from 'vitest';

import { agedTower } from '../../support/aged-tower.js';
import { LIFETIMES } from '../../support/lifetimes.js';
import { silence } from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

/** A lifetime beyond a day is cut to a day. */
const DAY = LIFETIMES.find(({ seconds }) => seconds === 86_400);
const CASES = LIFETIMES.map((lifetime) => ({
  seconds: lifetime.seconds,
  ...(lifetime.seconds > 86_400 && DAY ? statesOf(DAY) : statesOf(lifetime)),
}));

/**
 * In milliseconds: the age of each change of state for a draw of 0.5, and how long a caller waits for a silent endpoint
 * as `must-refresh` begins.
 */
function statesOf({
  seconds,
  earliest,
  latest,
  safety,
  end,
}: (typeof LIFETIMES)[number]) {
  return {
    refresh: (earliest + latest) / 2,
    must: seconds * 1_000 - safety,
    end: seconds * 1_000 - end,
    wait: Math.min(2_000, (safety - end) / 2),
  };
}

describe.each(CASES)(
  'RefreshingTokenSource with a token that lives $seconds s',
  ({ seconds: lifetimeSeconds, refresh, must, end, wait }) => {
    const aged = (ageMs: number) => agedTower(ageMs, { lifetimeSeconds });

    it('shows it until L − E', async () => {
      const { tokens, clock, token } = await aged(end - 1);
      expect(tokens.peekToken()).toBe(token);
      await clock.advance(1);
      expect(tokens.peekToken()).toBeUndefined();
    });

    it('serves it while fresh, without a request and without a timer', async () => {
      const { tokens, clock, requests, token } = await aged(refresh - 1);
      await expect(tokens.getToken()).resolves.toBe(token);
      await expect(tokens.getToken({})).resolves.toBe(token);
      expect(requests).toHaveLength(1);
      expect(clock.scheduled.all).toBe(0);
    });

    it.each([
      ['refreshAt', refresh + 0.001],
      ['L − S − 1 ms', must - 1],
    ])(
      'serves it at once at %s, and asks for another meanwhile',
      async (_, age) => {
        const tower = await aged(age);
        const { tokens, clock, requests, token } = tower;
        tower.answer = silence;
        await expect(tokens.getToken()).resolves.toBe(token);
        await expect(tokens.getToken()).resolves.toBe(token);
        expect(requests).toHaveLength(2);
        expect(clock.scheduled).toEqual({ all: 2, ref: 0 });
      },
    );

    it('waits a little for another at L − S, then serves it', async () => {
      const tower = await aged(must);
      const { tokens, clock, requests, token } = tower;
      tower.answer = silence;
      const call = watch(tokens.getToken());
      await clock.advance(wait - 0.5);
      expect(call.state).toBe('pending');
      await clock.advance(0.5);
      expect(call.value).toBe(token);
      expect(requests).toHaveLength(2);
    });

    it('serves it for the last time at L − E − 1 ms', async () => {
      const tower = await aged(end - 1);
      const { tokens, clock, token } = tower;
      tower.answer = silence;
      const call = watch(tokens.getToken());
      await clock.advance(0.5);
      expect(call.value).toBe(token);
    });

    it.each([
      ['L − E', end],
      ['L', lifetimeSeconds * 1_000],
      ['the tenfold of L', lifetimeSeconds * 10_000],
    ])('never serves it at %s', async (_, age) => {
      const tower = await aged(age);
      const { tokens, requests, token } = tower;
      const next = await tokens.getToken();
      expect(next.value).toBe('token-2');
      expect(next).not.toBe(token);
      expect(requests).toHaveLength(2);
    });
  },
);

describe('RefreshingTokenSource', () => {
  it.each([
    ['fresh', 2_699_999],
    ['refresh-soon', 2_700_000.001],
    ['refresh-soon', 3_569_999],
    ['must-refresh', 3_570_000],
    ['must-refresh', 3_598_999],
    ['expired', 3_599_000],
  ])('explains that a token is %s at an age of %d ms', async (state, ageMs) => {
    const { tokens } = await agedTower(ageMs);
    expect(tokens.explain().token?.state).toBe(state);
  });

  it.each([
    ['as early as', 0, 59, 29_500],
    ['as late as', 0.999_999, 59, 35_400],
    ['as early as', 0, 60, 42_000],
    ['as late as', 0.999_999, 60, 48_000],
    ['as early as', 0, 86_400, 60_480_000],
    ['as late as', 0.999_999, 86_400, 69_120_000],
  ])(
    'replaces a token %s a draw of %d tells (L = %i s)',
    async (_, draw, lifetimeSeconds, refreshMs) => {
      const settings = { lifetimeSeconds, random: () => draw };
      const before = await agedTower(refreshMs * 0.999_99, settings);
      await before.tokens.getToken();
      expect(before.requests).toHaveLength(1);
      const after = await agedTower(refreshMs, settings);
      await after.tokens.getToken();
      expect(after.requests).toHaveLength(2);
    },
  );

  it('draws once per token, not once per call', async () => {
    const draws = [0, 0.999_999];
    const { tokens, requests } = await agedTower(2_520_000 - 1, {
      random: () => draws.shift() ?? 1,
    });
    for (let i = 0; i < 10; i += 1) await tokens.getToken();
    expect(draws).toHaveLength(1);
    expect(requests).toHaveLength(1);
  });

  it('goes by the refresh settings', async () => {
    const options = {
      refresh: {
        earliest: 0.2,
        latest: 0.2,
        safetyMs: 10_000,
        patienceMs: 500,
      },
    };
    const soon = await agedTower(720_000, { options });
    await soon.tokens.getToken();
    expect(soon.requests).toHaveLength(2);

    const must = await agedTower(3_590_000, { options });
    must.answer = silence;
    const call = watch(must.tokens.getToken());
    await must.clock.advance(499);
    expect(call.state).toBe('pending');
    await must.clock.advance(1);
    expect(call.value).toBe(must.token);
  });
});
