import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import { TokenLayer } from '../../../lib/token/token-layer.js';
import { agedTower } from '../../support/aged-tower.js';
import { heldAnswer } from '../../support/held-answer.js';
import { refreshingOver } from '../../support/refreshing-over.js';
import {
  type Answer,
  granted,
  json,
  PAUSES_MS,
  refused,
  tokenTower,
} from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const HOUR = 3_600_000;

describe('RefreshingTokenSource, by two clocks', () => {
  it.each([
    ['before it is due', 2_699_999, 1],
    ['when it is due', 2_700_001, 2],
  ])('refreshes in spite of a wall clock set back: %s', async (_, age, n) => {
    const { tokens, clock, requests } = await agedTower(age);
    clock.setWallClock(-24 * HOUR);
    await tokens.getToken();
    expect(requests).toHaveLength(n);
  });

  it('never sends a token beyond its end, in spite of a wall clock set back', async () => {
    const { tokens, clock } = await agedTower(3_599_000);
    clock.setWallClock(-24 * HOUR);
    expect(tokens.peekToken()).toBeUndefined();
    expect((await tokens.getToken()).value).toBe('token-2');
  });

  it.each([
    ['set forward', (clock: ManualTokenClock) => clock.setWallClock(HOUR)],
    ['gone on while the machine slept', (clock) => clock.setWallClock(HOUR)],
  ] as [string, (clock: ManualTokenClock) => void][])(
    'takes a token for expired by a wall clock %s',
    async (_, jump) => {
      const { tokens, clock, requests } = await agedTower(1_000);
      jump(clock);
      expect(tokens.peekToken()).toBeUndefined();
      expect((await tokens.getToken()).value).toBe('token-2');
      expect((await tokens.getToken()).value).toBe('token-2');
      expect(requests).toHaveLength(2);
    },
  );

  it('recovers when the clock is set forward and back again', async () => {
    const { tokens, clock, requests } = await agedTower(1_000);
    clock.setWallClock(24 * HOUR);
    await tokens.getToken();
    clock.setWallClock(-24 * HOUR);
    expect((await tokens.getToken()).value).toBe('token-2');
    await clock.advance(2_700_001);
    await tokens.getToken();
    await clock.advance(0);
    expect((await tokens.getToken()).value).toBe('token-3');
    expect(requests).toHaveLength(3);
  });

  it('keeps holds on the monotonic clock', async () => {
    const tower = tokenTower();
    const { tokens, clock, requests } = tower;
    tower.answer = refused;
    await expect(tokens.getToken()).rejects.toMatchObject({
      retryAfterMs: 60_000,
    });
    clock.setWallClock(HOUR);
    await expect(tokens.getToken()).rejects.toMatchObject({
      retryAfterMs: 60_000,
    });
    clock.setWallClock(-2 * HOUR);
    await expect(tokens.getToken()).rejects.toMatchObject({
      retryAfterMs: 60_000,
    });
    expect(requests).toHaveLength(1);
  });

  it('keeps the deadline of a flight on the monotonic clock', async () => {
    const { tokens, clock, script } = tokenTower();
    const held = heldAnswer();
    script.push(held.answer);
    const call = watch(tokens.getToken());
    clock.setWallClock(24 * HOUR);
    clock.setWallClock(-24 * HOUR);
    await clock.advance(3_000);
    held.reply(granted('late'));
    await clock.advance(0);
    expect(call.value?.value).toBe('late');
  });
});

describe('RefreshingTokenSource, when the clock is set during the request', () => {
  const jumping = (tower: { clock: ManualTokenClock }): Answer => {
    return () => {
      tower.clock.setWallClock(2 * HOUR);
      return granted('jumped');
    };
  };

  it('asks again for a caller who waits', async () => {
    const tower = tokenTower();
    const { tokens, clock, script, requests, events } = tower;
    script.push(jumping(tower));
    const call = watch(tokens.getToken());
    await clock.advance(PAUSES_MS[0] - 1);
    expect(call.state).toBe('pending');
    await clock.advance(1);
    expect(call.value?.value).toBe('token-2');
    expect(requests).toHaveLength(2);
    expect(events[0]).toMatchObject({
      type: 'attempt-failed',
      code: AsposeAuthErrorCode.EXPIRED_ON_ARRIVAL,
    });
  });

  it('gives up after three attempts, with a clock that keeps jumping', async () => {
    const tower = tokenTower();
    const { tokens, clock, requests } = tower;
    tower.answer = jumping(tower);
    const call = watch(tokens.getToken());
    await clock.advance(PAUSES_MS[0] + PAUSES_MS[1]);
    expect(call.reason).toMatchObject({
      code: AsposeAuthErrorCode.EXPIRED_ON_ARRIVAL,
      attempts: 3,
    });
    expect(requests).toHaveLength(3);
  });

  it('serves the current token when it happens in the background', async () => {
    const { tokens, clock, script, token } = await agedTower(2_700_001);
    script.push(() => {
      clock.setWallClock(HOUR);
      clock.setWallClock(-HOUR);
      return json(500, {});
    });
    await expect(tokens.getToken()).resolves.toBe(token);
    await clock.advance(0);
    expect(tokens.peekToken()).toBe(token);
  });
});

describe('RefreshingTokenSource, over a source whose tokens come expired', () => {
  /** A source that hands out tokens of these ages, as one that shares a store could. */
  function over(...agesMs: number[]) {
    const clock = new ManualTokenClock({ monotonicMs: 1e9 });
    let calls = 0;
    const source = new (class extends TokenLayer {
      override async getToken(): Promise<AccessToken> {
        const { monotonicMs, wallMs } = clock.read();
        const ageMs = agesMs[calls] ?? 0;
        calls += 1;
        return new AccessToken(`shared-${calls}`, {
          lifetimeMs: HOUR,
          refreshAfterMs: 2_700_000,
          issuedAt: {
            monotonicMs: monotonicMs - ageMs,
            wallMs: wallMs - ageMs,
          },
        });
      }
    })();
    const { tokens } = refreshingOver(source, clock);
    return { tokens, calls: () => calls };
  }

  it('serves what the one extra flight brings', async () => {
    const { tokens, calls } = over(HOUR, 0);
    expect((await tokens.getToken()).value).toBe('shared-2');
    expect(calls()).toBe(2);
  });

  it('makes no more than one extra flight a call, then says why', async () => {
    const { tokens, calls } = over(HOUR, HOUR, HOUR, 0);
    await expect(tokens.getToken()).rejects.toMatchObject({
      code: AsposeAuthErrorCode.EXPIRED_ON_ARRIVAL,
      message: expect.stringContaining('clock of this machine'),
    });
    expect(calls()).toBe(2);
  });

  it('refreshes in the background what came old', async () => {
    const { tokens, calls } = over(2_800_000, 0);
    expect((await tokens.getToken()).value).toBe('shared-1');
    expect(calls()).toBe(2);
  });
});
