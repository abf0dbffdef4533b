import { expect, it } from 'vitest';

import { tokenTower } from '../support/token-tower.js';

it('a token that lives for an hour is fetched anew after about three quarters of it, not every 86 s', async () => {
  const { tokens, clock, requests } = tokenTower({}, { lifetimeSeconds: 3600 });
  for (let passedMs = 0; passedMs < 0.75 * 3_600_000; passedMs += 86_300) {
    expect((await tokens.getToken()).value).toBe('token-1');
    await clock.advance(86_300);
  }
  expect(requests).toHaveLength(1);
  await tokens.getToken();
  await clock.advance(0);
  expect(requests).toHaveLength(2);
});
