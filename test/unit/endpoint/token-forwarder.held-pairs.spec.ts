import { describe, expect, it } from 'vitest';

import type { TokenResponse } from '../../../lib/client-credentials/token-transport.js';
import type { ClientRequest } from '../../../lib/endpoint/client-request.js';
import { TokenForwarder } from '../../../lib/endpoint/token-forwarder.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { leaksIn } from '../../support/leaks.js';
import { MemoryGrowth } from '../../support/memory-growth.js';
import { granted, json, refused } from '../../support/token-tower.js';

const MINUTE_MS = 60_000;

const pair = (n: number): ClientRequest => ({
  clientId: `client-${n}`,
  clientSecret: `secret-${n}`,
  scope: undefined,
});

const throttled = (seconds: number | undefined): TokenResponse =>
  json(
    429,
    { error: 'slow_down' },
    seconds === undefined ? {} : { 'retry-after': String(seconds) },
  );

/** A forwarder to an identity server that gives one answer until it is told another. */
function forwarderTo(answer = refused()) {
  const clock = new ManualTokenClock();
  const server = { answer, requests: 0 };
  const forwarder = new TokenForwarder({}, clock, async () => {
    server.requests += 1;
    return server.answer;
  });
  /** Whether a request reached the identity server. */
  const tries = async (client: ClientRequest) => {
    const before = server.requests;
    await forwarder.forward(client);
    return server.requests > before;
  };
  /** For how long a pair that was just refused is held back. */
  const holdMs = async (client: ClientRequest) => {
    const { headers } = await forwarder.forward(client);
    return Number(headers['retry-after'] ?? 0) * 1000;
  };
  return { clock, server, forwarder, tries, holdMs };
}

describe('TokenForwarder: a pair that was refused', () => {
  it('gets the refusal again, and is told for how much longer', async () => {
    const { clock, server, forwarder, tries } = forwarderTo();
    expect(await forwarder.forward(pair(1))).toStrictEqual(refused());

    await clock.advance(MINUTE_MS - 1);
    const again = await forwarder.forward(pair(1));

    expect(again).toStrictEqual({
      ...refused(),
      headers: { ...refused().headers, 'retry-after': '1' },
    });
    expect(server.requests).toBe(1);
    await clock.advance(1);
    expect(await tries(pair(1))).toBe(true);
  });

  it('is held for twice as long each time, up to 10 min', async () => {
    const { clock, tries, holdMs } = forwarderTo();
    const holds: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      expect(await tries(pair(1))).toBe(true);
      holds.push((await holdMs(pair(1))) / MINUTE_MS);
      await clock.advance(10 * MINUTE_MS);
    }

    expect(holds).toStrictEqual([1, 2, 4, 8, 10, 10, 10]);
    await tries(pair(2));
    expect(await holdMs(pair(2))).toBe(MINUTE_MS);
  });

  it.each([
    { asked: 900, holdMs: 900_000 },
    { asked: 3, holdMs: 3_000 },
    { asked: undefined, holdMs: MINUTE_MS },
  ])(
    'is held for as long as a throttling server asks: $asked s',
    async ({ asked, holdMs }) => {
      const app = forwarderTo(throttled(asked));
      await app.tries(pair(1));

      expect(await app.holdMs(pair(1))).toBe(holdMs);
      expect(app.server.requests).toBe(1);
    },
  );

  it('tells at once how long it is held if the answer had to be rewritten', async () => {
    const { holdMs } = forwarderTo({ status: 400, headers: {}, body: 'no' });

    expect(await holdMs(pair(1))).toBe(MINUTE_MS);
  });

  it('starts again once it was accepted', async () => {
    const { clock, server, tries, holdMs } = forwarderTo();
    await tries(pair(1));
    await clock.advance(MINUTE_MS);
    server.answer = granted('token');
    await tries(pair(1));
    await clock.advance(9 * MINUTE_MS);
    server.answer = refused();

    await tries(pair(1));

    expect(await holdMs(pair(1))).toBe(MINUTE_MS);
  });

  it('is refused four times in ten minutes at most, even if it is accepted in between', async () => {
    const { clock, server, tries, holdMs } = forwarderTo();
    for (let n = 1; n <= 3; n += 1) {
      server.answer = refused();
      await tries(pair(1));
      expect(await holdMs(pair(1))).toBe(MINUTE_MS);
      await clock.advance(MINUTE_MS);
      server.answer = granted('token');
      await tries(pair(1));
      await clock.advance(1_000);
    }
    server.answer = refused();

    await tries(pair(1));

    expect(await holdMs(pair(1))).toBe(10 * MINUTE_MS - 3 * (MINUTE_MS + 1000));
  });

  it('is held by the clock that cannot be set', async () => {
    const { clock, tries, holdMs } = forwarderTo();
    await tries(pair(1));

    clock.setWallClock(24 * 60 * MINUTE_MS);

    expect(await holdMs(pair(1))).toBe(MINUTE_MS);
  });

  it.each([undefined, 'a', 'b'])(
    'is held whatever scope it asks for: %s',
    async (scope) => {
      const { tries } = forwarderTo();
      await tries(pair(1));

      expect(await tries({ ...pair(1), scope })).toBe(false);
    },
  );

  it('is no other pair that reads the same', async () => {
    const { tries } = forwarderTo();
    const pairs = [
      ['ab', 'c'],
      ['a', 'bc'],
      ['abc', 'd'],
      ['1:a', 'b'],
      ['1', ':ab'],
      ['a', 'b1:c'],
      ['ab1:', 'c'],
    ].map(([clientId = '', clientSecret = '']) => ({
      clientId,
      clientSecret,
      scope: undefined,
    }));

    for (const client of pairs) expect(await tries(client)).toBe(true);
  });
});

describe('TokenForwarder: the memory of pairs', () => {
  it('forgets the pair that was refused longest ago', async () => {
    const { server, tries } = forwarderTo();
    for (let n = 0; n <= 1_000; n += 1) await tries(pair(n));
    server.answer = granted('token');

    const forgotten: number[] = [];
    for (let n = 0; n <= 1_000; n += 1)
      if (await tries(pair(n))) forgotten.push(n);

    expect(forgotten).toStrictEqual([0]);
  });

  it('counts from the last refusal of a pair', async () => {
    const { clock, tries, holdMs } = forwarderTo();
    for (let n = 0; n < 1_000; n += 1) await tries(pair(n));
    await clock.advance(MINUTE_MS);
    await tries(pair(1));
    expect(await holdMs(pair(1))).toBe(2 * MINUTE_MS);
    // Nothing was forgotten for it.
    await tries(pair(0));
    expect(await holdMs(pair(0))).toBe(2 * MINUTE_MS);

    // Longest ago is now the refusal of this one.
    await tries(pair(1_000));
    await tries(pair(2));

    expect(await holdMs(pair(2))).toBe(MINUTE_MS);
  });

  it('does not grow with a flood of random pairs', async () => {
    const { server, tries } = forwarderTo();
    for (let n = 0; n < 2_000; n += 1) await tries(pair(n));
    const memory = await MemoryGrowth.start();

    for (let n = 2_000; n < 20_000; n += 1) await tries(pair(n));
    await memory.note();

    expect(memory.bytes).toBeLessThan(1024 * 1024);
    server.answer = granted('token');
    expect(await tries(pair(19_999))).toBe(false);
    expect(await tries(pair(18_999))).toBe(true);
  }, 30_000);

  it('shows neither ids nor secrets', async () => {
    const { forwarder, tries } = forwarderTo();
    await tries(pair(1));

    expect(
      leaksIn(forwarder, { id: 'client-1', secret: 'secret-1' }),
    ).toStrictEqual([]);
  });
});
