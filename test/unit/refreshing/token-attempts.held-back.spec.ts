import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/aspose-auth-error-code.js';
import { granted, json, tokenTower } from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const C = AsposeAuthErrorCode;

describe('fetchToken, held back by the runaway guard', () => {
  /** An engine that has spent its burst: five requests, all failed, at these intervals. */
  async function spentTower(options: object, intervalMs: number) {
    const tower = tokenTower({
      retry: { attempts: 1, baseDelayMs: 1 },
      ...options,
    });
    tower.answer = () => json(500, {});
    for (let i = 0; i < 5; i += 1) {
      await tower.tokens.getToken().catch(() => {});
      await tower.clock.advance(intervalMs);
    }
    return tower;
  }

  it('waits out up to 5 s in flight', async () => {
    const tower = await spentTower({}, 1_000);
    const { tokens, clock, requests } = tower;
    tower.answer = () => granted('abc');
    const call = watch(tokens.getToken());
    await clock.advance(4_999);
    expect(call.state).toBe('pending');
    expect(requests).toHaveLength(5);
    await clock.advance(1);
    expect(call.value?.value).toBe('abc');
  });

  it('fails fast for longer', async () => {
    const { tokens, requests, clock } = await spentTower({}, 999);
    await expect(tokens.getToken()).rejects.toMatchObject({
      code: C.BUDGET_EXHAUSTED,
      retryAfterMs: 5_005,
    });
    expect(requests).toHaveLength(5);
    expect(clock.scheduled.all).toBe(0);
  });

  it('fails where the wait would outlast the flight', async () => {
    const { tokens, clock, requests } = await spentTower(
      { timeouts: { attemptMs: 1_000, flightMs: 2_000 } },
      1_000,
    );
    const call = watch(tokens.getToken());
    await clock.advance(0);
    expect(call.reason).toMatchObject({
      code: C.BUDGET_EXHAUSTED,
      retryAfterMs: 5_000,
    });
    expect(requests).toHaveLength(5);
  });

  it('is called off in the middle of the wait when the app shuts down', async () => {
    const { tokens, clock, requests } = await spentTower({}, 1_000);
    const call = watch(tokens.getToken());
    await clock.advance(100);
    tokens.close();
    await clock.advance(0);
    expect(call.reason).toMatchObject({ code: C.SHUT_DOWN });
    expect(clock.scheduled.all).toBe(0);
    await clock.advance(10_000);
    expect(requests).toHaveLength(5);
  });

  it('tells the failure and the longest hold, not the guard, when it cuts a flight short', async () => {
    const tower = tokenTower({ retry: { baseDelayMs: 16_000 } });
    const { tokens, clock, requests } = tower;
    tower.answer = () => json(429, {}, { 'retry-after': '9' });
    for (let i = 0; i < 4; i += 1) {
      await tokens.getToken().catch(() => {});
      tokens.reset();
    }
    tower.answer = () => json(500, {});
    const call = watch(tokens.getToken());
    await clock.advance(5_000);
    expect(requests).toHaveLength(5);
    expect(call.reason).toMatchObject({
      code: C.TOKEN_ENDPOINT_FAILED,
      status: 500,
      attempts: 1,
      // Of a pause of 14 s, the flight waited for the first 5.
      retryAfterMs: 9_000,
    });
  });
});
