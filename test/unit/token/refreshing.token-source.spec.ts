import { describe, expect, it } from 'vitest';

import { tokenTower } from '../../support/token-tower.js';

const LIFETIME_MS = 3_600_000;

describe('RefreshingTokenSource', () => {
  it('fetches one token for a thousand concurrent cold calls', async () => {
    const { tokens, requests } = tokenTower();
    const calls = Array.from({ length: 1000 }, () => tokens.getToken());
    const values = new Set(
      (await Promise.all(calls)).map(({ value }) => value),
    );
    expect(values).toEqual(new Set(['token-1']));
    expect(requests).toHaveLength(1);
  });

  it('serves a token of refresh age at once and replaces it in the background', async () => {
    const { tokens, clock, requests } = tokenTower();
    await tokens.getToken();
    await clock.advance(0.75 * LIFETIME_MS);
    expect((await tokens.getToken()).value).toBe('token-1');
    await clock.advance(0);
    expect(requests).toHaveLength(2);
    expect((await tokens.getToken()).value).toBe('token-2');
  });

  it('does nothing a millisecond before refresh age', async () => {
    const { tokens, clock, requests } = tokenTower();
    await tokens.getToken();
    await clock.advance(0.75 * LIFETIME_MS - 1);
    await tokens.getToken();
    await clock.advance(0);
    expect(requests).toHaveLength(1);
    expect(clock.scheduled.all).toBe(0);
  });
});
