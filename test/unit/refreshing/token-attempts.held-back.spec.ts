import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  TokenRequestError,
} from '../../../lib/errors/errors.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import { heldBack, type TokenHold } from '../../../lib/token/token-hold.js';
import { TokenLayer } from '../../../lib/token/token-layer.js';
import { refreshingOver } from '../../support/refreshing-over.js';
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
    tower.answer = () => json(429, {}, { 'retry-after': '6' });
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

describe('fetchToken, over a source that holds a retry back itself', () => {
  /** Fails, is held back for a second, fails again and then brings a token; its hold shows only once it was asked. */
  class LateHoldSource extends TokenLayer {
    asked = 0;
    #held: TokenHold | undefined;

    override hold(): TokenHold | undefined {
      const held = this.#held;
      this.#held = undefined;
      return held;
    }

    override async getToken(): Promise<AccessToken> {
      this.asked += 1;
      if (this.asked === 2) {
        this.#held = { reason: 'budget', remainingMs: 1_000 };
        throw heldBack(this.#held);
      }
      if (this.asked < 4) throw TokenRequestError.timeout('did not answer', 1);
      return new AccessToken('abc');
    }
  }

  it('waits for it, and counts no attempt', async () => {
    const source = new LateHoldSource();
    const { tokens, clock, events } = refreshingOver(source);
    const call = watch(tokens.getToken());
    await clock.advance(999);
    expect([source.asked, call.state]).toEqual([2, 'pending']);
    await clock.advance(1);
    expect(call.value?.value).toBe('abc');
    expect(events).toMatchObject([
      { type: 'attempt-failed', attempt: 1 },
      { type: 'attempt-failed', attempt: 2 },
      { type: 'fetched', attempts: 3 },
    ]);
  });
});
