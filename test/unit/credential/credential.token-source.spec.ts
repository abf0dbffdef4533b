import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  TokenRequestError,
} from '../../../lib/errors/errors.js';
import { heldAnswer } from '../../support/held-answer.js';
import {
  granted,
  json,
  PAUSES_MS,
  refused,
} from '../../support/token-tower.js';
import { tokenWire } from '../../support/token-wire.js';
import { unhandledRejectionsOf } from '../../support/unhandled-rejections.js';
import { watch } from '../../support/watched-promise.js';

const C = AsposeAuthErrorCode;
const LABEL = 'https://id.example/connect/token';

/** A source with an attempt whose answer the test holds back. */
function asking(signal?: AbortSignal) {
  const wire = tokenWire();
  const held = heldAnswer();
  wire.script.push(held.answer);
  return { ...wire, held, call: watch(wire.source.getToken({ signal })) };
}

describe('CredentialTokenSource', () => {
  it('tells whose tokens these are', () => {
    expect(tokenWire().source.clientId).toBe('client');
  });

  it('passes on what a broken transport throws, and remembers nothing of it', async () => {
    const { source, script, clock } = tokenWire();
    const bug = new TypeError('bug');
    for (let i = 0; i < 5; i += 1)
      script.push(
        i % 2
          ? () => Promise.reject(bug)
          : () => {
              throw bug;
            },
      );
    for (let i = 0; i < 5; i += 1) {
      await expect(source.getToken()).rejects.toBe(bug);
      await clock.advance(10_000);
    }
    expect(source.hold()).toBeUndefined();
    expect(clock.scheduled.all).toBe(0);
  });

  it('remembers the refusal of a pair whose replacement is waited for no longer', async () => {
    let asked = 0;
    const { source, clock, script, requests } = tokenWire({
      credentials: () =>
        (asked += 1) === 1
          ? { clientId: 'client', clientSecret: 'secret' }
          : new Promise<never>(() => {}),
    });
    script.push(() => refused());
    await expect(source.getToken()).rejects.toMatchObject({
      code: C.CREDENTIALS_REFUSED,
    });
    await clock.advance(5_000);
    const controller = new AbortController();
    const call = watch(source.getToken({ signal: controller.signal }));
    await clock.advance(0);
    const reason = new Error('gone');

    controller.abort(reason);
    await clock.advance(0);

    expect(call.reason).toBe(reason);
    expect(source.clientId).toBe('client');
    expect(source.hold()).toMatchObject({ reason: 'refused' });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['an answer', () => granted('abc')],
    ['a refusal', () => refused()],
  ])('leaves no timer after %s', async (_, answer) => {
    const { source, clock, script } = tokenWire();
    script.push(answer);
    await source.getToken().catch(() => {});
    expect(clock.scheduled.all).toBe(0);
  });

  it('lets a signal detach its caller alone: the attempt goes on, and who asks next joins it', async () => {
    const controller = new AbortController();
    const { source, clock, held, call, requests } = asking(controller.signal);
    const reason = new Error('gone');
    await clock.advance(1_000);
    controller.abort(reason);
    await clock.advance(2_000);
    expect(call.reason).toBe(reason);
    expect(held.signal?.aborted).toBe(false);
    expect(source.hold()).toBeUndefined();
    const next = watch(source.getToken());
    await clock.advance(0);
    held.reply(granted('shared'));
    await clock.advance(0);
    expect(next.value?.value).toBe('shared');
    expect(requests).toHaveLength(1);
  });

  it('takes a caller who leaves for no failure of the function that is asked for the pair', async () => {
    const { source, clock } = tokenWire({
      credentials: () => new Promise(() => {}),
    });
    const controller = new AbortController();
    const { signal } = controller;
    const call = watch(source.getToken({ signal }));
    const reason = new Error('gone');
    controller.abort(reason);
    await clock.advance(0);
    expect(call.reason).toBe(reason);
    expect(source.hold()).toBeUndefined();
  });

  it('sends nothing for a caller who has left', async () => {
    const { source, requests } = tokenWire();
    const reason = new Error('gone');
    await expect(
      source.getToken({ signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
    expect(requests).toHaveLength(0);
    expect(source.explain().budgetLeft).toBe(5);
  });
});

describe('CredentialTokenSource, when no answer comes in time', () => {
  it('stops waiting after 4 s, and goes on listening until 30 s after it asked', async () => {
    const { source, clock, held, call } = asking();
    await clock.advance(3_999);
    expect(call.state).toBe('pending');
    expect(clock.scheduled).toEqual({ all: 1, ref: 0 });
    await clock.advance(1);
    expect(call.reason).toBeInstanceOf(TokenRequestError);
    expect(call.reason).toMatchObject({
      code: C.TOKEN_REQUEST_TIMEOUT,
      failure: 'transient',
      message: `The token endpoint ${LABEL} did not answer within 4000 ms.`,
    });
    expect(source.hold()).toEqual({
      reason: 'back-off',
      remainingMs: PAUSES_MS[0],
      cause: call.reason,
    });
    expect(clock.scheduled).toEqual({ all: 1, ref: 0 });
    await clock.advance(25_999);
    expect(held.signal?.aborted).toBe(false);
    await clock.advance(1);
    expect(held.signal?.aborted).toBe(true);
    expect(clock.scheduled.all).toBe(0);
    expect(source.hold()).toBeUndefined();
  });

  it('hears a refusal that comes late', async () => {
    const { source, clock, held, requests } = asking();
    await clock.advance(29_999);
    held.reply(refused());
    await clock.advance(0);
    expect(source.hold()).toMatchObject({
      reason: 'refused',
      remainingMs: 60_000,
      cause: { code: C.CREDENTIALS_REFUSED, status: 400 },
    });
    await expect(source.getToken()).rejects.toMatchObject({
      code: C.TOKEN_UNAVAILABLE,
    });
    expect(requests).toHaveLength(1);
    expect(clock.scheduled.all).toBe(0);
  });

  it('hears a Retry-After that comes late', async () => {
    const { source, clock, held } = asking();
    await clock.advance(10_000);
    held.reply(json(429, {}, { 'retry-after': '600' }));
    await clock.advance(0);
    expect(source.hold()).toMatchObject({
      reason: 'throttled',
      remainingMs: 600_000,
    });
  });

  it('hands a token that comes late to who asks next, whatever held it back', async () => {
    const { source, clock, held, script, requests } = asking();
    await clock.advance(4_000);
    script.push(refused);
    await source.getToken().catch(() => {});
    expect(source.hold()?.reason).toBe('refused');
    held.reply(granted('late'));
    await clock.advance(0);
    expect(source.hold()).toBeUndefined();
    expect((await source.getToken()).value).toBe('late');
    expect(requests).toHaveLength(2);
  });

  it('serves a late token to who waits for an attempt that fails', async () => {
    const { source, clock, held, script } = asking();
    await clock.advance(4_000);
    const second = heldAnswer();
    script.push(second.answer);
    const call = watch(source.getToken());
    await clock.advance(0);
    held.reply(granted('late'));
    await clock.advance(0);
    second.reply(refused());
    await clock.advance(0);
    expect(call.value?.value).toBe('late');
  });

  it('takes no late token in place of a newer one', async () => {
    const { source, clock, held, requests } = asking();
    await clock.advance(4_000);
    expect((await source.getToken()).value).toBe('token-2');
    held.reply(granted('late'));
    await clock.advance(0);
    expect((await source.getToken()).value).toBe('token-3');
    expect(requests).toHaveLength(3);
  });

  it('takes no late token that is past half its life: a caller may insist on so much', async () => {
    const { source, clock, held, requests } = asking();
    await clock.advance(20_000);
    held.reply(granted('late', 40));
    await clock.advance(1);
    expect((await source.getToken()).value).toBe('token-2');
    expect(requests).toHaveLength(2);
  });

  it('does not enter a failure that comes late', async () => {
    const { source, clock, held } = asking();
    await clock.advance(4_000 + PAUSES_MS[0]);
    held.reply(json(500, {}));
    await clock.advance(0);
    expect(source.hold()).toBeUndefined();
    expect(clock.scheduled.all).toBe(0);
  });

  it('lets an attempt that it cut off itself count for as long as its answer could have come', async () => {
    const wire = tokenWire();
    for (let i = 0; i < 9; i += 1)
      wire.script.push(
        (_, __, overdue) =>
          new Promise((_resolve, reject) => {
            overdue?.addEventListener('abort', () => reject(overdue.reason));
          }),
      );
    const call = watch(wire.source.getToken());
    await wire.clock.advance(4_000);
    expect(call.reason).toMatchObject({ code: C.TOKEN_REQUEST_TIMEOUT });
    for (let i = 0; i < 6; i += 1) {
      watch(wire.source.getToken());
      await wire.clock.advance(4_000);
    }
    expect(wire.requests).toHaveLength(4);
    await wire.clock.advance(20_000);
    expect(wire.source.hold()).toBeUndefined();
    expect(wire.clock.scheduled.all).toBe(0);
  });

  it('takes the last word of an answer whose body never ends', async () => {
    const wire = tokenWire();
    wire.script.push(
      (_, __, overdue) =>
        new Promise((resolve) => {
          overdue?.addEventListener('abort', () => resolve(json(500, {})));
        }),
    );
    const call = watch(wire.source.getToken());
    await wire.clock.advance(4_000);
    expect(call.reason).toMatchObject({ status: 500 });
    expect(wire.source.hold()?.remainingMs).toBe(PAUSES_MS[0]);
    expect(wire.clock.scheduled.all).toBe(0);
  });

  it('asks no fifth time while four answers may still come, since all may be refusals', async () => {
    const { source, clock, script, requests } = tokenWire();
    const held = Array.from({ length: 4 }, () => heldAnswer());
    script.push(...held.map(({ answer }) => answer));
    for (let i = 0; i < 4; i += 1) {
      watch(source.getToken());
      await clock.advance(5_000);
    }
    await clock.advance(9_000);
    await expect(source.getToken()).rejects.toMatchObject({
      code: C.TOKEN_UNAVAILABLE,
      retryAfterMs: 1_000,
    });
    source.reset();
    await expect(source.getToken()).rejects.toMatchObject({
      retryAfterMs: 1_000,
    });
    await clock.advance(500);
    for (const one of held) one.reply(refused());
    await clock.advance(5_000);
    source.reset();
    expect(source.hold()).toMatchObject({
      reason: 'refused',
      remainingMs: 595_000,
    });
    expect(requests).toHaveLength(4);
  });
});

describe('CredentialTokenSource, once closed', () => {
  const SHUT_DOWN = { code: C.SHUT_DOWN };

  it('ends its attempt, and those it still listens to', async () => {
    const { source, clock, held, call, script } = asking();
    await clock.advance(4_000);
    const second = heldAnswer();
    script.push(second.answer);
    const waiting = watch(source.getToken());
    await clock.advance(1_000);
    source.close();
    await clock.advance(0);
    expect(call.reason).toMatchObject({ code: C.TOKEN_REQUEST_TIMEOUT });
    expect(waiting.reason).toMatchObject(SHUT_DOWN);
    expect(held.signal?.reason).toMatchObject(SHUT_DOWN);
    expect(second.signal?.reason).toMatchObject(SHUT_DOWN);
    expect(clock.scheduled.all).toBe(0);
  });

  it('causes no unhandled rejection when nobody waits', async () => {
    const unhandled = await unhandledRejectionsOf(async () => {
      const { source, clock } = asking(AbortSignal.timeout(0));
      await clock.advance(4_000);
      source.close();
      await clock.advance(60_000);
    });
    expect(unhandled).toEqual([]);
  });

  it('asks for nothing more, and tells why', async () => {
    const { source, requests } = tokenWire();
    source.close();
    source.reset();
    await expect(source.getToken()).rejects.toMatchObject(SHUT_DOWN);
    expect(source.hold()?.reason).toBe('closed');
    expect(source.explain()).toMatchObject({
      hold: { reason: 'closed' },
      budgetLeft: 5,
    });
    expect(requests).toHaveLength(0);
  });
});
