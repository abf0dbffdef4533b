import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import { agedTower } from '../../support/aged-tower.js';
import { heldAnswer } from '../../support/held-answer.js';
import {
  granted,
  json,
  PAUSES_MS,
  tokenTower,
} from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const SHUT_DOWN = {
  code: AsposeAuthErrorCode.SHUT_DOWN,
  message: expect.stringContaining('The app has shut down'),
};

describe('RefreshingTokenSource, once closed', () => {
  it('ends the flight, connection and all, and rejects all who wait', async () => {
    const { tokens, clock, script, events } = tokenTower();
    const held = heldAnswer();
    script.push(held.answer);
    const calls = Array.from({ length: 10 }, () => watch(tokens.getToken()));
    await clock.advance(1_000);
    tokens.close();
    await clock.advance(0);
    for (const call of calls) expect(call.reason).toMatchObject(SHUT_DOWN);
    expect(held.signal?.reason).toMatchObject(SHUT_DOWN);
    expect(clock.scheduled.all).toBe(0);
    expect(events.map(({ type }) => type)).toEqual(['closed']);
  });

  it('takes no token from a request that was under way', async () => {
    const { tokens, clock, script } = tokenTower();
    const held = heldAnswer();
    script.push(held.answer);
    watch(tokens.getToken());
    tokens.close();
    held.reply(granted('late'));
    await clock.advance(0);
    expect(tokens.peekToken()).toBeUndefined();
  });

  it('rejects those who wait for a second attempt just the same', async () => {
    const { tokens, clock, script } = tokenTower();
    const held = heldAnswer();
    script.push(() => json(500, {}), held.answer);
    const call = watch(tokens.getToken());
    await clock.advance(PAUSES_MS[0]);
    expect(held.signal?.aborted).toBe(false);
    tokens.close();
    await clock.advance(0);
    expect(call.reason).toMatchObject(SHUT_DOWN);
  });

  it('makes no further attempt after a pause', async () => {
    const tower = tokenTower();
    const { tokens, clock, requests } = tower;
    tower.answer = () => json(500, {});
    const call = watch(tokens.getToken());
    await clock.advance(100);
    tokens.close();
    await clock.advance(60_000);
    expect(call.reason).toMatchObject(SHUT_DOWN);
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['fresh', 0],
    ['to be refreshed soon', 2_700_001],
    ['that must be refreshed', 3_570_000],
    ['in its last millisecond', 3_598_999],
  ])('still serves, at once, a token %s', async (_, ageMs) => {
    const { tokens, clock, token, requests } = await agedTower(ageMs);
    tokens.close();
    await expect(tokens.getToken()).resolves.toBe(token);
    await expect(tokens.getToken({})).resolves.toBe(token);
    expect(tokens.peekToken()).toBe(token);
    await clock.advance(0);
    expect(requests).toHaveLength(1);
    expect(clock.scheduled.all).toBe(0);
  });

  it('serves the valid token to those who waited for a better one', async () => {
    const { tokens, clock, script, token } = await agedTower(3_570_000);
    script.push(heldAnswer().answer);
    const call = watch(tokens.getToken());
    await clock.advance(500);
    tokens.close();
    await clock.advance(0);
    expect(call.value).toBe(token);
  });

  it.each([
    ['without a token', Infinity, {}],
    ['with an expired token', 3_599_000, {}],
    ['for a minimum it does not meet', 2_500_000, { minValidityMs: 1_500_000 }],
  ])('starts no flight %s', async (_, age, options) => {
    const { tokens, requests } =
      age === Infinity ? tokenTower() : await agedTower(age);
    const before = requests.length;
    tokens.close();
    const error: unknown = await tokens.getToken(options).catch((e) => e);
    expect(error).toMatchObject(SHUT_DOWN);
    expect(error).not.toHaveProperty('retryAfterMs');
    expect(requests).toHaveLength(before);
  });

  it('gives an unauthorized token back: there will be no other', async () => {
    const { tokens, token, requests } = await agedTower(0);
    tokens.close();
    await expect(tokens.getToken({ unauthorized: { token } })).resolves.toBe(
      token,
    );
    expect(requests).toHaveLength(1);
  });

  it('gives an unauthorized token back in the very moment a flight is ended', async () => {
    const { tokens, script, token } = await agedTower(2_700_001);
    script.push(heldAnswer().answer);
    await tokens.getToken();
    tokens.close();
    await expect(tokens.getToken({ unauthorized: { token } })).resolves.toBe(
      token,
    );
    expect(tokens.peekToken()).toBe(token);
  });

  it('does not open again by a reset', async () => {
    const { tokens, requests } = tokenTower();
    tokens.close();
    tokens.reset();
    await expect(tokens.getToken()).rejects.toMatchObject(SHUT_DOWN);
    expect(requests).toHaveLength(0);
  });

  it('may be closed twice, and tells so once', () => {
    const { tokens, events } = tokenTower();
    tokens.close();
    tokens.close();
    expect(events.map(({ type }) => type)).toEqual(['closed']);
  });

  it('says what holds it back', () => {
    const { tokens } = tokenTower();
    tokens.close();
    expect(tokens.hold()).toEqual({ reason: 'closed', remainingMs: Infinity });
    expect(tokens.explain().hold?.reason).toBe('closed');
  });
});
