import { describe, expect, it } from 'vitest';

import { agedTower } from '../../support/aged-tower.js';
import { heldAnswer } from '../../support/held-answer.js';
import {
  granted,
  json,
  refused,
  silence,
  tokenTower,
} from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const MUST_REFRESH_AT = 3_570_000;
const EXPIRED_AT = 3_599_000;

describe('RefreshingTokenSource, when a token must be refreshed', () => {
  it('serves the new token to all who wait when it lands in time', async () => {
    const { tokens, clock, script, requests } = await agedTower(3_570_000);
    const held = heldAnswer();
    script.push(held.answer);
    const calls = Array.from({ length: 100 }, () => watch(tokens.getToken()));
    await clock.advance(1_999);
    held.reply(granted('new'));
    await clock.advance(0);
    expect(new Set(calls.map(({ value }) => value?.value))).toEqual(
      new Set(['new']),
    );
    expect(requests).toHaveLength(2);
    expect(clock.scheduled.all).toBe(0);
  });

  it('serves the current token once the flight is 2 s old, however late one came', async () => {
    const tower = await agedTower(MUST_REFRESH_AT - 500);
    const { tokens, clock, token } = tower;
    tower.answer = silence;
    await tokens.getToken();
    await clock.advance(1_500);
    const late = watch(tokens.getToken());
    await clock.advance(499);
    expect(late.state).toBe('pending');
    await clock.advance(1);
    expect(late.value).toBe(token);
    await expect(tokens.getToken()).resolves.toBe(token);
    expect(tower.requests).toHaveLength(2);
  });

  it('keeps the process alive while it waits, and not after', async () => {
    const tower = await agedTower(MUST_REFRESH_AT);
    const { tokens, clock } = tower;
    tower.answer = silence;
    void tokens.getToken();
    expect(clock.scheduled.ref).toBe(1);
    await clock.advance(2_000);
    expect(clock.scheduled).toEqual({ all: 2, ref: 0 });
  });

  it('leaves half of what is left of the token to the caller', async () => {
    const tower = await agedTower(EXPIRED_AT - 1_000);
    const { tokens, clock, token } = tower;
    tower.answer = silence;
    const call = watch(tokens.getToken());
    await clock.advance(499);
    expect(call.state).toBe('pending');
    await clock.advance(1);
    expect(call.value).toBe(token);
    expect(tokens.explain().token?.runwayMs).toBe(500);
  });

  it('waits for the flight when the clock is set past the end of the token meanwhile', async () => {
    const { tokens, clock, script } = await agedTower(MUST_REFRESH_AT);
    const held = heldAnswer();
    script.push(held.answer);
    const call = watch(tokens.getToken());
    await clock.advance(1_000);
    clock.setWallClock(28_000);
    await clock.advance(1_000);
    expect(call.state).toBe('pending');
    held.reply(granted('new', 86_400));
    await clock.advance(0);
    expect(call.value?.value).toBe('new');
  });

  it.each([
    ['fails', () => json(500, {})],
    ['has its credentials refused', refused],
    ['is asked to wait', () => json(429, {}, { 'retry-after': '600' })],
    ['gets no token', () => json(200, {})],
    ['gets an HTML page', () => ({ status: 200, headers: {}, body: '<p>' })],
  ])('serves the current token when the flight %s', async (_, answer) => {
    const tower = await agedTower(MUST_REFRESH_AT);
    const { tokens, token, requests } = tower;
    tower.answer = answer;
    await expect(tokens.getToken()).resolves.toBe(token);
    expect(requests).toHaveLength(2);
  });

  it('serves the current token at once while no flight is permitted', async () => {
    const tower = await agedTower(MUST_REFRESH_AT);
    const { tokens, clock, token, requests } = tower;
    tower.answer = refused;
    await tokens.getToken();
    await expect(tokens.getToken()).resolves.toBe(token);
    expect(clock.scheduled.all).toBe(0);
    await clock.advance(EXPIRED_AT - 1 - MUST_REFRESH_AT);
    await expect(tokens.getToken()).resolves.toBe(token);
    expect(requests).toHaveLength(2);
  });

  it('waits once a call, however the flight ends', async () => {
    const tower = await agedTower(MUST_REFRESH_AT);
    const { tokens, clock, token, requests } = tower;
    tower.answer = () => json(500, {});
    const call = watch(tokens.getToken());
    await clock.advance(0);
    expect(call.value).toBe(token);
    await clock.advance(1_000);
    await expect(tokens.getToken()).resolves.toBe(token);
    expect(requests).toHaveLength(3);
  });

  it('has a token replaced that must be so when it arrives, and serves it meanwhile', async () => {
    const tower = tokenTower();
    const { tokens, clock, script, requests } = tower;
    const held = heldAnswer();
    script.push(held.answer);
    tower.answer = silence;
    const call = watch(tokens.getToken());
    await clock.advance(3_700);
    held.reply(granted('slow', 4));
    await clock.advance(49);
    expect(call.state).toBe('pending');
    expect(requests).toHaveLength(2);
    await clock.advance(1);
    expect(call.value?.value).toBe('slow');
  });

  it('detaches a caller from the wait, and it alone', async () => {
    const { tokens, clock, script } = await agedTower(MUST_REFRESH_AT);
    const held = heldAnswer();
    script.push(held.answer);
    const controller = new AbortController();
    const leaving = watch(tokens.getToken({ signal: controller.signal }));
    const staying = watch(tokens.getToken());
    controller.abort(new Error('gone'));
    await clock.advance(0);
    expect(leaving.reason).toEqual(new Error('gone'));
    expect(held.signal?.aborted).toBe(false);
    held.reply(granted('new'));
    await clock.advance(0);
    expect(staying.value?.value).toBe('new');
  });
});

describe('RefreshingTokenSource, when a token must be refreshed and the caller asks for a minimum', () => {
  it('does not wait until the current token fails the minimum it met', async () => {
    const tower = await agedTower(MUST_REFRESH_AT + 500);
    const { tokens, clock, token } = tower;
    tower.answer = silence;
    const call = watch(tokens.getToken({ minValidityMs: 29_000 }));
    await clock.advance(2_000);
    expect(call.value).toBe(token);
  });
});
