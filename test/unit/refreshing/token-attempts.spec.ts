import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import { agedTower } from '../../support/aged-tower.js';
import { heldAnswer } from '../../support/held-answer.js';
import {
  type Answer,
  granted,
  json,
  PAUSES_MS,
  silence,
  tokenTower,
} from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const C = AsposeAuthErrorCode;
const ALMOST_ONE = 1 - Number.EPSILON;
const down: Answer = () => json(500, {});
const throttled =
  (seconds: string): Answer =>
  () =>
    json(429, {}, { 'retry-after': seconds });

describe('fetchToken, for a caller who waits', () => {
  it('makes three attempts, with growing pauses, then gives up', async () => {
    const tower = tokenTower();
    const { tokens, clock, requests, events } = tower;
    tower.answer = down;
    const call = watch(tokens.getToken());
    await clock.advance(0);
    expect(requests).toHaveLength(1);
    await clock.advance(PAUSES_MS[0] - 1);
    expect(requests).toHaveLength(1);
    await clock.advance(1);
    expect(requests).toHaveLength(2);
    await clock.advance(PAUSES_MS[1] - 1);
    expect(requests).toHaveLength(2);
    await clock.advance(1);
    expect(requests).toHaveLength(3);
    expect(call.reason).toMatchObject({
      code: C.TOKEN_ENDPOINT_FAILED,
      status: 500,
      attempts: 3,
      retryAfterMs: PAUSES_MS[2],
    });
    expect(events).toMatchObject([
      { type: 'attempt-failed', status: 500, attempt: 1, nextInMs: 875 },
      { type: 'attempt-failed', status: 500, attempt: 2, nextInMs: 1_750 },
      {
        type: 'refresh-failed',
        code: C.TOKEN_ENDPOINT_FAILED,
        status: 500,
        attempts: 3,
        durationMs: PAUSES_MS[0] + PAUSES_MS[1],
        runwayMs: 0,
        hold: 'back-off',
        retryAfterMs: PAUSES_MS[2],
      },
    ]);
  });

  it.each([
    ['second', [down], PAUSES_MS[0]],
    ['third', [down, down], PAUSES_MS[0] + PAUSES_MS[1]],
  ])('is content with the %s attempt', async (_, failures, afterMs) => {
    const { tokens, clock, script, events } = tokenTower();
    script.push(...failures);
    const call = watch(tokens.getToken());
    await clock.advance(afterMs);
    expect(call.value?.value).toBe(`token-${failures.length + 1}`);
    expect(events.at(-1)).toMatchObject({
      type: 'fetched',
      attempts: failures.length + 1,
      durationMs: afterMs,
    });
  });

  it('waits out tokens in their last second, and counts none as a failure', async () => {
    const { tokens, clock, requests, script, events } = tokenTower({
      retry: { attempts: 1 },
    });
    const ending: Answer = () => granted('old', 0);
    script.push(ending, ending, ending);
    const call = watch(tokens.getToken());
    await clock.advance(7_000);
    expect(call.value?.value).toBe('token-4');
    expect(requests).toHaveLength(4);
    expect(events).toMatchObject([
      { type: 'attempt-failed', code: C.TOKEN_ENDING, attempt: 1 },
      { type: 'attempt-failed', code: C.TOKEN_ENDING, attempt: 2 },
      { type: 'attempt-failed', code: C.TOKEN_ENDING, attempt: 3 },
      { type: 'fetched', attempts: 4 },
    ]);
  });

  it('makes as many attempts as it is told', async () => {
    const tower = tokenTower({ retry: { attempts: 1 } });
    tower.answer = down;
    await expect(tower.tokens.getToken()).rejects.toMatchObject({
      attempts: 1,
    });
    expect(tower.requests).toHaveLength(1);
  });

  it('pauses 5 s at the most within a flight', async () => {
    const tower = tokenTower(
      { retry: { baseDelayMs: 20_000 } },
      { random: () => ALMOST_ONE },
    );
    const { tokens, clock, requests } = tower;
    tower.script.push(down);
    const call = watch(tokens.getToken());
    await clock.advance(4_999);
    expect(requests).toHaveLength(1);
    await clock.advance(1);
    expect(call.value?.value).toBe('token-2');
  });

  it('begins no pause that would outlast the flight', async () => {
    const tower = tokenTower(
      { retry: { baseDelayMs: 20_000 } },
      { random: () => ALMOST_ONE },
    );
    const { tokens, clock, requests } = tower;
    tower.answer = down;
    const call = watch(tokens.getToken());
    await clock.advance(5_000);
    expect(requests).toHaveLength(2);
    expect(call.reason).toMatchObject({ status: 500, attempts: 2 });
    expect(clock.scheduled.all).toBe(0);
  });

  it.each([400, 401, 403, 404, 301, 307])(
    'never retries refused credentials within a flight (%i)',
    async (status) => {
      const tower = tokenTower();
      tower.answer = () => json(status, {});
      await expect(tower.tokens.getToken()).rejects.toMatchObject({
        failure: 'refused',
        attempts: 1,
        retryAfterMs: 60_000,
      });
      expect(tower.requests).toHaveLength(1);
    },
  );

  it.each([
    ['up to 5 s', '5', 5_000, 2],
    ['no longer than 5 s', '6', 60_000, 1],
  ])('waits out a Retry-After %s', async (_, seconds, afterMs, count) => {
    const { tokens, clock, script, requests } = tokenTower();
    script.push(throttled(seconds));
    const call = watch(tokens.getToken());
    await clock.advance(afterMs - 1);
    expect(requests).toHaveLength(1);
    await clock.advance(1);
    expect(requests).toHaveLength(count);
    expect(call.state).toBe(count === 2 ? 'fulfilled' : 'rejected');
  });

  it('passes on at once what is no failure of the endpoint', async () => {
    const bug = new TypeError('bug');
    const { tokens, script, requests, events } = tokenTower();
    script.push(() => Promise.reject(bug));
    await expect(tokens.getToken()).rejects.toBe(bug);
    expect(requests).toHaveLength(1);
    expect(events).toMatchObject([
      { type: 'refresh-failed', code: undefined, message: 'bug', attempts: 0 },
    ]);
  });

  it.each([
    ['text', 'text'],
    [Object.create(null) as object, 'not an error: object'],
  ])('describes what is no error at all: %o', async (thrown, message) => {
    const { tokens, script, events } = tokenTower();
    // oxlint-disable-next-line prefer-promise-reject-errors -- as a transport of the app's may
    script.push(() => Promise.reject(thrown));
    await expect(tokens.getToken()).rejects.toBe(thrown);
    expect(events).toMatchObject([{ type: 'refresh-failed', message }]);
  });
});

describe('fetchToken, in the background', () => {
  it('makes one attempt', async () => {
    const tower = await agedTower(2_700_001);
    const { tokens, clock, token, requests, events } = tower;
    tower.answer = down;
    await expect(tokens.getToken()).resolves.toBe(token);
    await clock.advance(10_000);
    expect(requests).toHaveLength(2);
    expect(events).toMatchObject([
      { type: 'refresh-failed', attempts: 1, runwayMs: 898_999 },
    ]);
  });

  it('tries again only when somebody calls, after the pause', async () => {
    const tower = await agedTower(2_700_001);
    const { tokens, clock, requests } = tower;
    tower.answer = down;
    await tokens.getToken();
    await clock.advance(PAUSES_MS[0] - 1);
    await tokens.getToken();
    expect(requests).toHaveLength(2);
    await clock.advance(1);
    expect(clock.scheduled.all).toBe(0);
    expect(requests).toHaveLength(2);
    await tokens.getToken();
    expect(requests).toHaveLength(3);
  });

  it('makes one attempt for callers who wait with a valid token', async () => {
    const tower = await agedTower(3_570_000);
    const { tokens, clock, token, requests } = tower;
    tower.answer = down;
    await expect(tokens.getToken()).resolves.toBe(token);
    await clock.advance(400);
    expect(requests).toHaveLength(2);
  });

  it.each([
    ['whose token expires', 'expires'],
    ['who asks for a minimum', 'minimum'],
    ['who got a 401 with the token', '401'],
  ])('makes three attempts once a caller joins %s', async (_, why) => {
    const lifetimeSeconds = 60;
    const tower = await agedTower(58_000, { lifetimeSeconds });
    const { tokens, clock, script, requests, token } = tower;
    const held = heldAnswer();
    script.push(held.answer, down);
    await clock.advance(0);
    watch(tokens.getToken());
    await clock.advance(why === 'expires' ? 1_000 : 0);
    const call = watch(
      tokens.getToken({
        minValidityMs: why === 'minimum' ? 30_000 : undefined,
        unauthorized: why === '401' ? { token } : undefined,
      }),
    );
    held.reply(json(500, {}));
    await clock.advance(0);
    expect(requests).toHaveLength(2);
    await clock.advance(PAUSES_MS[0]);
    expect(requests).toHaveLength(3);
    await clock.advance(PAUSES_MS[1]);
    expect(requests).toHaveLength(4);
    expect(call.value?.value).toBe('token-4');
  });

  it('stays urgent after the caller who made it so has left', async () => {
    const tower = await agedTower(58_500, { lifetimeSeconds: 60 });
    const { tokens, clock, script, requests } = tower;
    const held = heldAnswer();
    script.push(held.answer);
    watch(tokens.getToken());
    await clock.advance(500);
    const controller = new AbortController();
    watch(tokens.getToken({ signal: controller.signal }));
    controller.abort();
    held.reply(json(500, {}));
    await clock.advance(PAUSES_MS[0]);
    expect(requests).toHaveLength(3);
  });
});

describe('fetchToken, when the flight is over', () => {
  it('makes no attempt after the deadline', async () => {
    const tower = tokenTower();
    const { tokens, clock, requests } = tower;
    tower.answer = silence;
    watch(tokens.getToken());
    await clock.advance(60_000);
    expect(requests).toHaveLength(2);
    expect(clock.scheduled.all).toBe(0);
  });
});
