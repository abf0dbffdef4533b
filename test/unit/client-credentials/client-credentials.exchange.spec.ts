import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import { heldAnswer } from '../../support/held-answer.js';
import { granted, json } from '../../support/token-tower.js';
import { tokenWire } from '../../support/token-wire.js';
import { watch } from '../../support/watched-promise.js';

const C = AsposeAuthErrorCode;
const LABEL = 'https://id.example/connect/token';

describe('clientCredentialsExchange', () => {
  it('makes one exchange a call, and keeps nothing', async () => {
    const { source, requests } = tokenWire();
    expect((await source.getToken()).value).toBe('token-1');
    expect((await source.getToken()).value).toBe('token-2');
    expect(source.peekToken()).toBeUndefined();
    expect(requests).toHaveLength(2);
    expect(requests[0]?.url).toBe(`${LABEL}?tenant=7`);
    expect(new URLSearchParams(requests[0]?.body).get('client_id')).toBe(
      'client',
    );
  });

  it('draws once per token when it is to be replaced', async () => {
    const draws = [0, 0.5, 0.999];
    const { source } = tokenWire({ random: () => draws.shift() ?? 0 });
    const drawn = [];
    for (let i = 0; i < 3; i += 1)
      drawn.push(Math.round((await source.getToken()).refreshAfterMs));
    expect(drawn).toEqual([2_520_000, 2_700_000, 2_879_640]);
  });

  it('counts the age of a token from before it was asked for', async () => {
    const { source, clock, script } = tokenWire();
    await clock.advance(5_000);
    const before = clock.read();
    const held = heldAnswer();
    script.push(held.answer);
    const call = watch(source.getToken());
    await clock.advance(3_000);
    held.reply(granted('slow'));
    await clock.advance(0);
    expect(call.value?.issuedAt).toEqual(before);
  });

  it('says once that nobody stated a lifetime', async () => {
    const { source, script, events } = tokenWire();
    const silent = () => json(200, { access_token: 'opaque' });
    script.push(silent, silent);
    expect((await source.getToken()).lifetimeMs).toBe(300_000);
    await source.getToken();
    expect(events).toMatchObject([
      { type: 'lifetime-assumed', lifetimeMs: 300_000, from: 'default' },
    ]);
  });

  it('says nothing of a lifetime that was stated', async () => {
    const { source, events } = tokenWire();
    await source.getToken();
    expect(events).toEqual([]);
  });
});

describe('clientCredentialsExchange: a clock that jumps during the request', () => {
  const jump = (byMs: number, lifetimeSeconds: number) => {
    const wire = tokenWire();
    wire.script.push(() => {
      wire.clock.setWallClock(byMs);
      return granted('abc', lifetimeSeconds);
    });
    return wire;
  };

  it.each([
    ['L − E − 1 ms', 3_600, 3_598_999],
    ['L − E − 1 ms', 1, 949],
    ['far back', 3_600, -9_000_000],
  ])(
    'is survived by a token that is %s old (L = %i s)',
    async (_, seconds, byMs) => {
      const { source } = jump(byMs, seconds);
      expect((await source.getToken()).value).toBe('abc');
    },
  );

  it.each([
    ['L − E', 3_600, 3_599_000],
    ['L − E', 1, 950],
    ['a day', 3_600, 86_400_000],
  ])(
    'makes a token that is %s old expired on arrival (L = %i s)',
    async (_, seconds, byMs) => {
      const { source } = jump(byMs, seconds);
      await expect(source.getToken()).rejects.toMatchObject({
        code: C.EXPIRED_ON_ARRIVAL,
        failure: 'transient',
        message: expect.stringContaining(
          `lives for ${seconds * 1_000} ms and is ${byMs} ms old`,
        ),
      });
      expect(source.hold()?.reason).toBe('back-off');
    },
  );

  it('makes a token expired on arrival when the machine slept', async () => {
    const { source, clock, script } = tokenWire();
    script.push(() => {
      clock.setWallClock(7_200_000);
      return granted('abc');
    });
    await expect(source.getToken()).rejects.toMatchObject({
      code: C.EXPIRED_ON_ARRIVAL,
    });
  });
});
