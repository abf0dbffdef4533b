import { AsyncLocalStorage } from 'node:async_hooks';

import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  TokenRequestError,
} from '../../../lib/errors/errors.js';
import { agedTower } from '../../support/aged-tower.js';
import { heldAnswer } from '../../support/held-answer.js';
import {
  granted,
  json,
  PAUSES_MS,
  refused,
  silence,
  type TokenTower,
  tokenTower,
} from '../../support/token-tower.js';
import { unhandledRejectionsOf } from '../../support/unhandled-rejections.js';
import { watch } from '../../support/watched-promise.js';

const LIFETIME_MS = 3_600_000;
const C = AsposeAuthErrorCode;

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

  it('makes no request before somebody asks', async () => {
    const { tokens, clock, requests } = tokenTower();
    expect(tokens.peekToken()).toBeUndefined();
    await clock.advance(LIFETIME_MS);
    expect(requests).toHaveLength(0);
    expect(clock.scheduled.all).toBe(0);
  });

  it('makes no request that nobody asks for, however old the token gets', async () => {
    const { clock, requests } = await agedTower(10 * LIFETIME_MS);
    expect(requests).toHaveLength(1);
    expect(clock.scheduled.all).toBe(0);
  });

  it('tells whose tokens these are', () => {
    expect(tokenTower().tokens.clientId).toBe('client');
  });

  it('hands the token over without asking, while it may be sent', async () => {
    const { tokens, clock, token, requests } = await agedTower(3_598_999);
    expect(tokens.peekToken()).toBe(token);
    await clock.advance(1);
    expect(tokens.peekToken()).toBeUndefined();
    expect(requests).toHaveLength(1);
  });
});

describe('RefreshingTokenSource: one flight for all', () => {
  it.each([
    ['cold', () => tokenTower()],
    ['with an expired token', () => agedTower(LIFETIME_MS)],
  ])('gives a thousand callers one rejection, %s', async (_, build) => {
    const tower: TokenTower = await build();
    const { tokens, requests } = tower;
    const before = requests.length;
    tower.answer = refused;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 1000 }, () => tokens.getToken()),
    );
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(
      new Set(['rejected']),
    );
    expect(requests).toHaveLength(before + 1);
  });

  it('keeps no rejection: the next permitted call asks again', async () => {
    const { tokens, clock, script, requests } = tokenTower(
      {},
      { random: () => 0 },
    );
    script.push(refused);
    await expect(tokens.getToken()).rejects.toMatchObject({
      code: C.CREDENTIALS_REFUSED,
    });
    await clock.advance(60_000);
    expect((await tokens.getToken()).value).toBe('token-2');
    expect(requests).toHaveLength(2);
  });

  it('starts one background refresh for a thousand callers', async () => {
    const tower = await agedTower(2_700_001);
    const { tokens, token, requests } = tower;
    tower.answer = silence;
    const served = await Promise.all(
      Array.from({ length: 1000 }, () => tokens.getToken()),
    );
    expect(new Set(served)).toEqual(new Set([token]));
    expect(requests).toHaveLength(2);
  });

  it('survives a refresh that fails while nobody waits, until the token has expired', async () => {
    const unhandled = await unhandledRejectionsOf(async () => {
      const tower = await agedTower(2_700_001);
      const { tokens, clock } = tower;
      tower.answer = silence;
      await tokens.getToken();
      await clock.advance(LIFETIME_MS);
      expect(tokens.peekToken()).toBeUndefined();
      expect(clock.scheduled.all).toBe(0);
    });
    expect(unhandled).toEqual([]);
  });

  it('survives a failure after every caller has left', async () => {
    const unhandled = await unhandledRejectionsOf(async () => {
      const { tokens, clock, script } = tokenTower();
      script.push(silence);
      const controller = new AbortController();
      const call = watch(tokens.getToken({ signal: controller.signal }));
      controller.abort(new Error('gone'));
      await clock.advance(60_000);
      expect(call.reason).toEqual(new Error('gone'));
    });
    expect(unhandled).toEqual([]);
  });

  it('asks outside the async context of every caller', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const { tokens, clock, script } = tokenTower({
      credentials: () => {
        seen.push(context.getStore());
        return { clientId: 'client', clientSecret: 'secret' };
      },
    });
    const note = () => seen.push(context.getStore());
    script.push(
      () => (note(), json(500, {})),
      () => (note(), granted('abc')),
    );
    const call = context.run('request 1', async () => {
      await tokens.getToken();
      return context.getStore();
    });
    void context.run('request 2', () => tokens.getToken());
    await clock.advance(PAUSES_MS[0]);
    expect(seen).toEqual([undefined, undefined, undefined]);
    await expect(call).resolves.toBe('request 1');
  });
});

describe('RefreshingTokenSource: the deadlines', () => {
  it('waits 4 s for a silent attempt, and ends its connection after 30 s', async () => {
    const { tokens, clock, script, requests } = tokenTower();
    const held = [heldAnswer(), heldAnswer()];
    script.push(...held.map(({ answer }) => answer));
    const aborted = () => held.map(({ signal }) => signal?.aborted);
    const call = watch(tokens.getToken());

    await clock.advance(4_000 + PAUSES_MS[0] - 1);
    expect(requests).toHaveLength(1);
    await clock.advance(1);
    expect(requests).toHaveLength(2);
    await clock.advance(4_000);
    // Before a third, it would have to pause for longer than the flight may take.
    expect(call.state).toBe('rejected');
    expect(clock.scheduled).toEqual({ all: 2, ref: 0 });
    await clock.advance(29_999 - clock.monotonicNow());
    expect(aborted()).toEqual([false, false]);
    await clock.advance(1);
    expect(aborted()).toEqual([true, false]);
    await clock.advance(4_000 + PAUSES_MS[0]);
    expect(aborted()).toEqual([true, true]);
    expect(clock.scheduled.all).toBe(0);
  });

  it('ends a flight after 10 s, and not the attempt that is under way', async () => {
    const { tokens, clock, script } = tokenTower({
      timeouts: { attemptMs: 5_000 },
    });
    const held = heldAnswer();
    script.push(silence, held.answer);
    const call = watch(tokens.getToken());

    await clock.advance(9_999);
    expect(call.state).toBe('pending');
    expect(held.signal?.aborted).toBe(false);
    await clock.advance(1);
    expect(held.signal?.aborted).toBe(false);
    expect(call.reason).toBeInstanceOf(TokenRequestError);
    expect(call.reason).toMatchObject({
      code: C.TOKEN_REQUEST_TIMEOUT,
      message: 'The token endpoint gave no token within 10000 ms.',
    });
    const next = watch(tokens.getToken());
    held.reply(granted('late'));
    await clock.advance(0);
    expect(next.value?.value).toBe('late');
  });

  it('tells how many requests were made when the flight ran out of time', async () => {
    const tower = tokenTower({ timeouts: { attemptMs: 5_000 } });
    const { tokens, clock, requests, events } = tower;
    tower.answer = silence;
    const call = watch(tokens.getToken());
    await clock.advance(10_000);
    expect(requests).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({
      type: 'refresh-failed',
      attempts: 2,
      durationMs: 10_000,
    });
    expect(call.reason).toMatchObject({ attempts: 2 });
  });

  it('bounds the wait of one who came late by the deadline of the flight', async () => {
    const tower = tokenTower();
    const { tokens, clock } = tower;
    tower.answer = silence;
    const early = watch(tokens.getToken());
    await clock.advance(8_000);
    const late = watch(tokens.getToken());
    await clock.advance(2_000);
    expect([early.state, late.state]).toEqual(['rejected', 'rejected']);
  });

  it('goes by the timeouts it is told', async () => {
    const tower = tokenTower({ timeouts: { attemptMs: 100, flightMs: 300 } });
    const { tokens, clock, requests } = tower;
    tower.answer = silence;
    const call = watch(tokens.getToken());
    await clock.advance(100);
    expect(call.reason).toMatchObject({
      code: C.TOKEN_REQUEST_TIMEOUT,
      message: expect.stringContaining('did not answer within 100 ms'),
    });
    expect(requests).toHaveLength(1);
  });

  it('hands an answer that comes after the flight was ended to the next caller', async () => {
    const { tokens, clock, script, requests } = tokenTower();
    const held = heldAnswer();
    script.push(held.answer, silence, silence);
    const call = watch(tokens.getToken());
    await clock.advance(10_000);
    held.reply(granted('late'));
    await clock.advance(0);
    expect(call.state).toBe('rejected');
    expect(tokens.peekToken()).toBeUndefined();
    expect((await tokens.getToken()).value).toBe('late');
    expect(requests).toHaveLength(2);
  });
});

describe('RefreshingTokenSource: timers', () => {
  it('keep the process alive only while somebody waits', async () => {
    const tower = tokenTower();
    const { tokens, clock } = tower;
    tower.answer = silence;
    const controllers = [new AbortController(), new AbortController()];
    for (const { signal } of controllers) watch(tokens.getToken({ signal }));
    await clock.advance(0);
    expect(clock.scheduled).toEqual({ all: 2, ref: 1 });
    controllers[0]?.abort();
    await clock.advance(0);
    expect(clock.scheduled.ref).toBe(1);
    controllers[1]?.abort();
    await clock.advance(0);
    expect(clock.scheduled).toEqual({ all: 2, ref: 0 });
  });

  it('keep the process alive through a pause between attempts', async () => {
    const tower = tokenTower();
    tower.answer = () => json(500, {});
    watch(tower.tokens.getToken());
    await tower.clock.advance(0);
    expect(tower.clock.scheduled).toEqual({ all: 2, ref: 1 });
    await tower.clock.advance(PAUSES_MS[0] + PAUSES_MS[1]);
    expect(tower.clock.scheduled).toEqual({ all: 0, ref: 0 });
  });

  it('never keep the process alive for a background refresh', async () => {
    const tower = await agedTower(2_700_001);
    tower.answer = silence;
    await tower.tokens.getToken();
    expect(tower.clock.scheduled).toEqual({ all: 2, ref: 0 });
  });
});
