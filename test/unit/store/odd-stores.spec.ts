import { describe, expect, it } from 'vitest';

import type { StoredValue } from '../../../lib/store/token-store.js';
import { MemoryTokenStore } from '../../../lib/testing/store/memory.token-store.js';
import { replicas } from '../../support/replicas.js';
import { json, tokenTower } from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const HOUR = 3_600_000;

/** Answers what it reads in its own way, as a store does that is written in JavaScript. */
class OddStore extends MemoryTokenStore {
  odd = (stored: StoredValue): unknown => stored;

  override async read(key: string): Promise<StoredValue> {
    return this.odd(await super.read(key)) as StoredValue;
  }
}

function oddFleet(odd: OddStore['odd']) {
  const fleet = replicas(0);
  const store = new OddStore({ clock: fleet.clock });
  store.odd = odd;
  return { ...fleet, start: () => fleet.start({ store }) };
}

describe('A store of the app’s own', () => {
  it.each<[string, OddStore['odd']]>([
    ['nothing', () => undefined],
    ['null', () => null],
    ['a text', ({ value }) => value],
    ['a number as the value', (stored) => ({ ...stored, value: 7 })],
    ['no time', ({ value, ttlMs }) => ({ value, ttlMs })],
    ['no time to live', ({ value, now }) => ({ value, now })],
    ['a time that is no number', (stored) => ({ ...stored, now: NaN })],
  ])('fails no call when it reads %s, and is passed over', async (_, odd) => {
    const { start, clock } = oddFleet(odd);
    const { tokens, events } = start();
    const call = watch(tokens.getToken());
    await clock.advance(0);
    expect(call.value?.value).toBe('token-1');
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'store-passed-over',
        message: 'its read() gave no { value, ttlMs, now }',
      }),
    );
    tokens.reset();
    await clock.advance(0);
  });

  it('may read null where there is nothing', async () => {
    const { start, clock, requestedAt } = oddFleet((stored) => ({
      ...stored,
      value: stored.value ?? null,
    }));
    const towers = [start(), start()];
    const calls = towers.map(({ tokens }) => watch(tokens.getToken()));
    await clock.advance(1_000);
    expect(calls.map(({ value }) => value?.value)).toEqual([
      'token-1',
      'token-1',
    ]);
    expect(requestedAt).toHaveLength(1);
    expect(towers.flatMap(({ events }) => events)).not.toContainEqual(
      expect.objectContaining({ type: 'store-passed-over' }),
    );
  });
});

it('A store whose clock is set back has no token live longer than it was granted for', async () => {
  let aheadMs = 0;
  const fleet = replicas(0);
  const wallNow = () => fleet.clock.wallNow() + aheadMs;
  const store = new MemoryTokenStore({ clock: { wallNow } });
  await fleet.start({ store }).tokens.getToken();
  aheadMs = -HOUR / 2;
  const { tokens } = fleet.start({ store });
  await tokens.getToken();
  await fleet.clock.advance(HOUR);
  expect(tokens.peekToken()).toBeUndefined();
});

it.each([-1_000, 400, 300_000])(
  'A store whose clock is set by %i ms during a token request gets the token nevertheless',
  async (byMs) => {
    let aheadMs = 0;
    const fleet = replicas(0);
    const wallNow = () => fleet.clock.wallNow() + aheadMs;
    const store = new MemoryTokenStore({ clock: { wallNow } });
    const [first, second] = [fleet.start({ store }), fleet.start({ store })];
    const { answer } = fleet;
    fleet.answer = (...asked) => {
      aheadMs = byMs;
      return answer(...asked);
    };
    const { value } = await first.tokens.getToken();
    expect(await second.tokens.getToken()).toMatchObject({ value });
    expect(fleet.requestedAt).toHaveLength(1);
  },
);

it('A store that can be read and not be changed costs no more token requests than none', async () => {
  class FullStore extends MemoryTokenStore {
    override async write(): Promise<boolean> {
      throw new Error('OOM command not allowed');
    }

    override async tryLock(): Promise<boolean> {
      throw new Error('OOM command not allowed');
    }
  }
  const fleet = replicas(0);
  const alone = tokenTower({}, { clock: fleet.clock });
  const full = fleet.start({ store: new FullStore({ clock: fleet.clock }) });
  for (const tower of [alone, full]) tower.answer = () => json(503, {});
  for (let ms = 0; ms < HOUR / 6; ms += 1_000) {
    watch(alone.tokens.getToken());
    watch(full.tokens.getToken());
    await fleet.clock.advance(1_000);
  }
  expect(full.requests.length).toBeLessThanOrEqual(alone.requests.length * 1.1);
}, 30_000);
