import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import { agedTower } from '../../support/aged-tower.js';
import { heldAnswer } from '../../support/held-answer.js';
import {
  granted,
  json,
  PAUSES_MS,
  refused,
  tokenTower,
} from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const HALF = 1_800_000;

describe('RefreshingTokenSource, asked for a minimum of validity', () => {
  it.each([
    ['exactly as long', 2_000_000, 1_600_000],
    ['longer', 2_000_000, 1_500_000],
    ['half a lifetime', HALF, HALF],
  ])('serves a token that stays valid %s', async (_, ageMs, minValidityMs) => {
    const { tokens, token, requests, events } = await agedTower(ageMs);
    await expect(tokens.getToken({ minValidityMs })).resolves.toBe(token);
    expect(requests).toHaveLength(1);
    expect(events).toEqual([]);
  });

  it('waits for a flight where the token falls short by a millisecond', async () => {
    const { tokens, clock, script, token, requests } =
      await agedTower(2_000_001);
    const held = heldAnswer();
    script.push(held.answer);
    const call = watch(tokens.getToken({ minValidityMs: 1_600_000 }));
    await clock.advance(3_000);
    expect(call.state).toBe('pending');
    await expect(tokens.getToken()).resolves.toBe(token);
    held.reply(granted('new'));
    await clock.advance(0);
    expect(call.value?.value).toBe('new');
    expect(requests).toHaveLength(2);
  });

  it('cuts the minimum to half a lifetime, and says so once', async () => {
    const { tokens, token, events } = await agedTower(HALF);
    for (const minValidityMs of [HALF + 1, 9_000_000, Infinity])
      await expect(tokens.getToken({ minValidityMs })).resolves.toBe(token);
    expect(events).toMatchObject([
      { type: 'minimum-cut', askedMs: HALF + 1, effectiveMs: HALF },
    ]);
  });

  it('makes one request for a lifetime too short for any minimum', async () => {
    const { tokens, requests } = await agedTower(1_000, { lifetimeSeconds: 2 });
    const call = await tokens.getToken({ minValidityMs: 600_000 });
    expect(call.value).toBe('token-1');
    expect(requests).toHaveLength(1);
  });

  it('is content with what one flight brings', async () => {
    const tower = await agedTower(2_500_000);
    const { tokens, requests } = tower;
    tower.answer = () => granted('short', 60);
    const token = await tokens.getToken({ minValidityMs: 1_500_000 });
    expect(token.value).toBe('short');
    expect(requests).toHaveLength(2);
  });

  it('is content with what one flight brings, even after a slow answer', async () => {
    const { tokens, clock, script, requests } = tokenTower(
      {},
      { random: () => 0.999 },
    );
    const held = heldAnswer();
    script.push(held.answer);
    const call = watch(tokens.getToken({ minValidityMs: 3_000 }));
    await clock.advance(3_500);
    held.reply(granted('slow', 6));
    await clock.advance(0);
    expect(call.value?.value).toBe('slow');
    expect(requests).toHaveLength(1);
  });

  it('shares the flight that runs already', async () => {
    const { tokens, clock, script, requests } = await agedTower(2_700_001);
    const held = heldAnswer();
    script.push(held.answer);
    await tokens.getToken();
    const calls = Array.from({ length: 50 }, () =>
      watch(tokens.getToken({ minValidityMs: 1_000_000 })),
    );
    held.reply(granted('new'));
    await clock.advance(0);
    expect(calls.every(({ value }) => value?.value === 'new')).toBe(true);
    expect(requests).toHaveLength(2);
  });

  it.each([
    ['a refusal', refused, AsposeAuthErrorCode.CREDENTIALS_REFUSED, 60_000],
    [
      'a throttle',
      () => json(429, {}, { 'retry-after': '90' }),
      AsposeAuthErrorCode.THROTTLED,
      90_000,
    ],
    [
      'an outage',
      () => json(500, {}),
      AsposeAuthErrorCode.TOKEN_ENDPOINT_FAILED,
      PAUSES_MS[2],
    ],
  ])(
    'rejects after %s, and tells when to come again',
    async (_, answer, code, retryAfterMs) => {
      const tower = await agedTower(2_500_000);
      const { tokens, clock, token } = tower;
      tower.answer = answer;
      const call = watch(tokens.getToken({ minValidityMs: 1_500_000 }));
      await clock.advance(PAUSES_MS[0] + PAUSES_MS[1]);
      expect(call.reason).toMatchObject({ code, retryAfterMs });
      await expect(tokens.getToken()).resolves.toBe(token);
      await expect(tokens.getToken({ minValidityMs: 1_000_000 })).resolves.toBe(
        token,
      );
    },
  );

  it.each([
    [NaN, 'NaN'],
    [-1, '-1'],
    [-Infinity, '-Infinity'],
    ['5', 'string'],
    [null, 'object'],
  ])(
    'rejects a minimum of %o, whatever the current token',
    async (given, printed) => {
      const minValidityMs = given as number;
      const { tokens, requests } = await agedTower(1_000);
      await expect(tokens.getToken({ minValidityMs })).rejects.toMatchObject({
        code: AsposeAuthErrorCode.INVALID_OPTIONS,
        message: expect.stringContaining(
          `minValidityMs must be a number of milliseconds from 0 up, not ${printed}.`,
        ),
      });
      expect(requests).toHaveLength(1);
    },
  );

  it('rejects at once while no flight is permitted', async () => {
    const { tokens, clock, script, requests } = await agedTower(2_500_000);
    script.push(refused);
    await tokens.getToken({ minValidityMs: 1_500_000 }).catch(() => {});
    await clock.advance(20_000);
    await expect(
      tokens.getToken({ minValidityMs: 1_500_000 }),
    ).rejects.toMatchObject({
      code: AsposeAuthErrorCode.TOKEN_UNAVAILABLE,
      retryAfterMs: 40_000,
    });
    expect(requests).toHaveLength(2);
  });
});
