import { describe, expect, it } from 'vitest';

import { json, tokenTower } from '../support/token-tower.js';
import { rejectionOf } from '../support/rejection.js';

const THIRTY_DAYS_SECONDS = 30 * 24 * 60 * 60;

describe('a time that no timer can count', () => {
  it('as a lifetime of 30 days sets no timer at all', async () => {
    const { tokens, clock, requests } = tokenTower(
      {},
      { lifetimeSeconds: THIRTY_DAYS_SECONDS },
    );
    for (let call = 0; call < 300; call += 1) {
      await tokens.getToken();
      expect(clock.scheduled.all).toBe(0);
      await clock.advance(1);
    }
    expect(requests).toHaveLength(1);
  });

  it('as a Retry-After of 30 days holds for 15 min, without a timer', async () => {
    const tower = tokenTower();
    tower.answer = () =>
      json(429, {}, { 'retry-after': String(THIRTY_DAYS_SECONDS) });
    for (let call = 0; call < 300; call += 1) {
      expect(await rejectionOf(tower.tokens.getToken())).toMatchObject({
        retryAfterMs: 15 * 60_000 - call,
      });
      expect(tower.clock.scheduled.all).toBe(0);
      await tower.clock.advance(1);
    }
    expect(tower.requests).toHaveLength(1);
  });
});
