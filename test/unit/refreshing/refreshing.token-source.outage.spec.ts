import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  TokenUnavailableError,
} from '../../../lib/errors/errors.js';
import { agedTower } from '../../support/aged-tower.js';
import {
  type Answer,
  json,
  PAUSES_MS,
  refused,
  silence,
  tokenTower,
  type TokenTower,
} from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const C = AsposeAuthErrorCode;
const MINUTE = 60_000;
const down: Answer = () => json(500, {});

/** When the token requests were made, by a caller who calls every second. */
async function requestTimes(tower: TokenTower, ms: number): Promise<number[]> {
  const { tokens, clock, requests } = tower;
  const times: number[] = [];
  const startedAtMs = clock.monotonicNow();
  while (clock.monotonicNow() - startedAtMs < ms) {
    const before = requests.length;
    watch(tokens.getToken());
    await clock.advance(0);
    for (let i = before; i < requests.length; i += 1)
      times.push(clock.monotonicNow() - startedAtMs);
    await clock.advance(1_000);
  }
  return times;
}

describe('RefreshingTokenSource, while the token endpoint is down', () => {
  it.each([
    ['answers 500', down],
    ['answers HTML', () => ({ status: 200, headers: {}, body: '<html>' })],
    ['does not answer', silence],
    ['refuses the credentials', refused],
    ['throttles', () => json(429, {})],
    ['breaks', () => Promise.reject(new TypeError('bug'))],
  ] as [string, Answer][])(
    'lets no failure reach a caller until the token ends: it %s',
    async (_, answer) => {
      const tower = await agedTower(0, { lifetimeSeconds: 300 });
      const { tokens, clock, token } = tower;
      tower.answer = answer;
      while (clock.monotonicNow() < 290_000) {
        const call = watch(tokens.getToken());
        await clock.advance(3_000);
        expect(call.value).toBe(token);
      }
    },
  );

  it('tells in each failed refresh how long the current token still lasts', async () => {
    const tower = await agedTower(2_700_001);
    const { tokens, clock, events } = tower;
    tower.answer = down;
    await tokens.getToken();
    await clock.advance(10_000);
    await tokens.getToken();
    await clock.advance(0);
    expect(events).toMatchObject([
      { type: 'refresh-failed', runwayMs: 898_999, hold: 'back-off' },
      { type: 'refresh-failed', runwayMs: 888_999, hold: 'back-off' },
    ]);
  });

  it('waits out a short pause for those without a token, and makes no request before its end', async () => {
    const tower = tokenTower({ retry: { attempts: 1 } });
    const { tokens, clock, script, requests } = tower;
    script.push(down);
    await tokens.getToken().catch(() => {});
    const calls = Array.from({ length: 10 }, () => watch(tokens.getToken()));
    await clock.advance(PAUSES_MS[0] - 1);
    expect(requests).toHaveLength(1);
    await clock.advance(1);
    for (const { value } of calls) expect(value?.value).toBe('token-2');
    expect(requests).toHaveLength(2);
  });

  it('fails at once where the pause outlasts the flight, or a token is there that is too short-lived', async () => {
    const short = tokenTower({
      retry: { attempts: 1 },
      timeouts: { attemptMs: 500, flightMs: 500 },
    });
    short.answer = down;
    await short.tokens.getToken().catch(() => {});
    await expect(short.tokens.getToken()).rejects.toMatchObject({
      code: C.TOKEN_UNAVAILABLE,
      retryAfterMs: PAUSES_MS[0],
    });

    const aged = await agedTower(2_700_001);
    aged.answer = down;
    await aged.tokens.getToken();
    await aged.clock.advance(0);
    await expect(
      aged.tokens.getToken({ minValidityMs: 1_800_000 }),
    ).rejects.toMatchObject({ code: C.TOKEN_UNAVAILABLE });
  });

  it('is asked no more often, however many wait for it without a token', async () => {
    const tower = tokenTower();
    tower.answer = down;
    const times = await requestTimes(tower, 10 * MINUTE);
    // Two for each pause of 30 s: a flight pauses for 5 s at the most.
    expect(times.length).toBeLessThanOrEqual(5 + (2 * 10 * MINUTE) / 31_250);
  });

  it('recovers with the first call after the endpoint does', async () => {
    const tower = await agedTower(2_700_001);
    const { tokens, clock, script } = tower;
    script.push(down, down);
    await tokens.getToken();
    await clock.advance(PAUSES_MS[0]);
    await tokens.getToken();
    await clock.advance(PAUSES_MS[1]);
    await tokens.getToken();
    await clock.advance(0);
    expect((await tokens.getToken()).value).toBe('token-4');
    expect(tokens.explain().hold).toBeUndefined();
  });
});

describe('RefreshingTokenSource, without a token and without a chance', () => {
  it.each([
    ['a refusal', refused, MINUTE],
    ['a redirect', () => json(307, {}), MINUTE],
    ['a throttle', () => json(429, {}), MINUTE],
    [
      'a throttle for a second',
      () => json(429, {}, { 'retry-after': '0' }),
      1_000,
    ],
    [
      'a throttle for ten minutes',
      () => json(429, {}, { 'retry-after': '600' }),
      600_000,
    ],
    [
      'a throttle for a day',
      () => json(503, {}, { 'retry-after': '86400' }),
      900_000,
    ],
  ] as [string, Answer, number][])(
    'fails fast after %s, and tells for how long',
    async (_, answer, holdMs) => {
      const tower = tokenTower({ retry: { attempts: 1 } });
      const { tokens, clock, requests } = tower;
      tower.answer = answer;
      await expect(tokens.getToken()).rejects.toMatchObject({
        retryAfterMs: holdMs,
      });
      await clock.advance(holdMs - 1);
      const error: unknown = await tokens.getToken().catch((e) => e);
      expect(error).toBeInstanceOf(TokenUnavailableError);
      expect(error).toMatchObject({
        code: C.TOKEN_UNAVAILABLE,
        retryAfterMs: 1,
        cause: { status: expect.any(Number) },
      });
      expect(requests).toHaveLength(1);
      expect(clock.scheduled.all).toBe(0);
      await clock.advance(1);
      await tokens.getToken().catch(() => {});
      expect(requests).toHaveLength(2);
    },
  );

  it('measures a Retry-After date by the clock of the endpoint', async () => {
    const { tokens, script } = tokenTower();
    script.push(() =>
      json(
        429,
        {},
        {
          date: 'Sun, 06 Nov 1994 08:49:37 GMT',
          'retry-after': 'Sun, 06 Nov 1994 08:51:07 GMT',
        },
      ),
    );
    await expect(tokens.getToken()).rejects.toMatchObject({
      code: C.THROTTLED,
      retryAfterMs: 90_000,
    });
  });

  it('measures a Retry-After date by its own clock where the endpoint tells none', async () => {
    const { tokens, clock, script } = tokenTower();
    const date = new Date(clock.wallNow() + 90_000).toUTCString();
    script.push(() => json(429, {}, { 'retry-after': date }));
    await expect(tokens.getToken()).rejects.toMatchObject({
      retryAfterMs: 90_000,
    });
  });

  it.each([
    ['refuses', refused],
    ['redirects', () => json(302, {})],
    ['throttles without a time', () => json(429, {})],
  ] as [string, Answer][])(
    'asks an endpoint that %s after 1, 2, 4, 8 and each 10 minutes',
    async (_, answer) => {
      const tower = tokenTower();
      tower.answer = answer;
      const times = await requestTimes(tower, 36 * MINUTE);
      expect(times.map((ms) => ms / MINUTE)).toEqual([0, 1, 3, 7, 15, 25, 35]);
    },
  );

  it('lets its credentials be refused at most four times within any ten minutes', async () => {
    const tower = tokenTower();
    tower.answer = refused;
    const times = await requestTimes(tower, 60 * MINUTE);
    for (const from of times)
      expect(
        times.filter((at) => at >= from && at < from + 10 * MINUTE).length,
      ).toBeLessThanOrEqual(4);
  });

  it('names the longest of its holds', async () => {
    const { tokens, clock, script } = tokenTower({ retry: { attempts: 1 } });
    const aSecond: Answer = () => json(429, {}, { 'retry-after': '1' });
    script.push(aSecond, aSecond, aSecond, aSecond, aSecond, refused);
    for (let i = 0; i < 4; i += 1) {
      await tokens.getToken().catch(() => {});
      await clock.advance(1_000);
    }
    const guarded: unknown = await tokens.getToken().catch((e) => e);
    expect(guarded).toMatchObject({ code: C.THROTTLED, retryAfterMs: 6_000 });
    await clock.advance(6_000);
    const held: unknown = await tokens.getToken().catch((e) => e);
    expect(held).toMatchObject({ code: C.CREDENTIALS_REFUSED });
    expect(held).toHaveProperty(
      'retryAfterMs',
      tokens.explain().hold?.remainingMs,
    );
    expect(tokens.explain().hold?.reason).toBe('refused');
  });

  it('asks again at once after a reset', async () => {
    const { tokens, script, requests, events } = tokenTower();
    script.push(refused);
    await tokens.getToken().catch(() => {});
    await expect(tokens.getToken()).rejects.toMatchObject({
      code: C.TOKEN_UNAVAILABLE,
    });
    tokens.reset();
    expect((await tokens.getToken()).value).toBe('token-2');
    expect(requests).toHaveLength(2);
    expect(events.map(({ type }) => type)).toEqual([
      'refresh-failed',
      'reset',
      'fetched',
    ]);
  });

  it('keeps the current token through a reset', async () => {
    const { tokens, token } = await agedTower(1_000);
    tokens.reset();
    expect(tokens.peekToken()).toBe(token);
  });
});

describe('RefreshingTokenSource, guarded against running away', () => {
  it.each([
    ['a day', 86_400, 10_000],
    ['20 s', 20, 5_000],
    ['1 s', 1, 1_000],
  ])(
    'asks five times at once and then at its pace (L = %s)',
    async (_, lifetimeSeconds, paceMs) => {
      const tower = await agedTower(0, { lifetimeSeconds });
      const { tokens, clock, requests } = tower;
      for (let i = 0; i < 40; i += 1) {
        clock.setWallClock(2 * 86_400_000);
        watch(tokens.getToken());
        await clock.advance(0);
      }
      expect(requests).toHaveLength(5);
      await clock.advance(60_000);
      const before = requests.length;
      for (let i = 0; i < 60; i += 1) {
        clock.setWallClock(2 * 86_400_000);
        watch(tokens.getToken());
        await clock.advance(1_000);
      }
      expect(requests.length - before).toBeLessThanOrEqual(5 + 60_000 / paceMs);
      expect(requests.length - before).toBeGreaterThanOrEqual(
        60_000 / paceMs - 1,
      );
    },
  );

  it('counts refreshes that succeed too, since something else may be wrong', async () => {
    const tower = tokenTower({}, { lifetimeSeconds: 1 });
    const { tokens, clock, requests } = tower;
    for (let i = 0; i < 600; i += 1) {
      watch(tokens.getToken());
      await clock.advance(100);
    }
    expect(requests.length).toBeLessThanOrEqual(5 + 60);
  });
});
