import { describe, expect, it } from 'vitest';

import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import { DecisionLog } from '../../../lib/token/decision-log.js';
import { UnauthorizedMemory } from '../../../lib/refreshing/unauthorized-memory.js';
import type { AsposeTokenEvent } from '../../../lib/token/token-event.js';

const CELLS = 'https://cells.example';
const WORDS = 'https://words.example';
const OLD = new AccessToken('old');
const NEW = new AccessToken('new');

function given() {
  const clock = new ManualTokenClock();
  const events: AsposeTokenEvent[] = [];
  const decisions = new DecisionLog(clock, (event) => events.push(event));
  return { clock, events, memory: new UnauthorizedMemory(clock, decisions) };
}

describe('UnauthorizedMemory', () => {
  it('tells of each verdict and its reason', () => {
    const { events, memory } = given();
    memory.judge(OLD, OLD, CELLS, undefined, false);
    memory.judge(OLD, NEW, CELLS, undefined, false);
    expect(events).toMatchObject([
      {
        type: 'unauthorized',
        token: OLD.fingerprint,
        origin: CELLS,
        verdict: 'renew',
        why: 'it is the current token',
      },
      {
        type: 'unauthorized',
        verdict: 'use-current',
        why: 'it is not the current token any more',
      },
    ]);
  });

  it('awaits the replacement of the token that got the last 401, until it comes', () => {
    const { memory } = given();
    expect(memory.awaited).toBeUndefined();
    memory.judge(OLD, OLD, CELLS, undefined, false);
    expect(memory.awaited).toBe(OLD);
    memory.judge(NEW, NEW, WORDS, undefined, false);
    expect(memory.awaited).toBe(NEW);
    memory.renewed(new AccessToken('newest'));
    expect(memory.awaited).toBeUndefined();
  });

  it('passes a 401 on, and counts nothing, while no token may be fetched', () => {
    const { events, memory } = given();
    const verdict = memory.judge(
      OLD,
      OLD,
      CELLS,
      {
        reason: 'back-off',
        remainingMs: 500,
      },
      false,
    );
    expect(verdict).toBe('pass-through');
    expect(memory.awaited).toBeUndefined();
    expect(memory.explain()).toEqual([]);
    expect(events).toMatchObject([
      { verdict, why: 'no token may be fetched now (back-off)' },
    ]);
  });

  it('needs no token request to have the current token used', () => {
    const { memory } = given();
    const hold = { reason: 'budget', remainingMs: 500 } as const;
    expect(memory.judge(OLD, NEW, CELLS, hold, false)).toBe('use-current');
  });

  it('holds an origin that answers 401 to the renewed token, and no other', async () => {
    const { clock, events, memory } = given();
    memory.judge(OLD, OLD, CELLS, undefined, false);
    memory.renewed(NEW);
    expect(memory.judge(NEW, NEW, CELLS, undefined, false)).toBe(
      'pass-through',
    );
    expect(events.at(-1)).toMatchObject({
      type: 'renewal-held',
      origin: CELLS,
      holdMs: 30_000,
    });
    expect(memory.judge(NEW, NEW, WORDS, undefined, false)).toBe('renew');
    await clock.advance(12_000);
    expect(memory.explain()).toEqual([
      { origin: CELLS, useless: 1, heldForMs: 18_000 },
      { origin: WORDS, useless: 0, heldForMs: 0 },
    ]);
    await clock.advance(18_000);
    expect(memory.judge(NEW, NEW, CELLS, undefined, false)).toBe('renew');
  });

  it('holds every origin whose renewal brought back the unauthorized token', () => {
    const { events, memory } = given();
    memory.judge(OLD, OLD, CELLS, undefined, false);
    memory.judge(OLD, OLD, WORDS, undefined, false);
    memory.renewed(new AccessToken('old'));
    expect(events.slice(2)).toMatchObject([
      { type: 'renewal-held', origin: CELLS, holdMs: 30_000 },
      { type: 'renewal-held', origin: WORDS, holdMs: 30_000 },
    ]);
    expect(memory.judge(OLD, OLD, CELLS, undefined, false)).toBe(
      'pass-through',
    );
  });

  it('goes on with a renewal that another caller has begun, hold or not', () => {
    const { memory } = given();
    const hold = { reason: 'back-off', remainingMs: 500 } as const;
    expect(memory.judge(OLD, OLD, CELLS, hold, true)).toBe('renew');
    expect(memory.awaited).toBe(OLD);
  });

  it('puts no token on probation that was asked for before the 401', () => {
    const { events, memory } = given();
    memory.judge(OLD, OLD, CELLS, undefined, true);
    memory.renewed(NEW);
    expect(memory.awaited).toBeUndefined();
    expect(memory.judge(NEW, NEW, CELLS, undefined, false)).toBe('renew');
    expect(events.map(({ type }) => type)).toEqual([
      'unauthorized',
      'unauthorized',
    ]);
  });

  it('counts such a token, too, when it is the unauthorized one', () => {
    const { events, memory } = given();
    memory.judge(OLD, OLD, CELLS, undefined, true);
    memory.renewed(new AccessToken('old'));
    expect(events.at(-1)).toMatchObject({
      type: 'renewal-held',
      origin: CELLS,
      holdMs: 30_000,
    });
  });

  it('takes an ordinary refresh for no renewal', () => {
    const { memory } = given();
    memory.renewed(NEW);
    expect(memory.explain()).toEqual([]);
    expect(memory.judge(NEW, NEW, CELLS, undefined, false)).toBe('renew');
  });

  it('takes no notice of the wall clock', () => {
    const { clock, memory } = given();
    memory.judge(OLD, OLD, CELLS, undefined, false);
    memory.renewed(NEW);
    clock.setWallClock(3_600_000);
    expect(memory.judge(NEW, NEW, CELLS, undefined, false)).toBe(
      'pass-through',
    );
    clock.setWallClock(3_600_000);
    expect(memory.judge(NEW, NEW, CELLS, undefined, false)).toBe(
      'pass-through',
    );
  });

  it('forgets every hold when it is reset', () => {
    const { memory } = given();
    memory.judge(OLD, OLD, CELLS, undefined, false);
    memory.renewed(new AccessToken('old'));
    memory.judge(NEW, NEW, WORDS, undefined, false);
    memory.reset();
    expect(memory.awaited).toBeUndefined();
    expect(memory.explain()).toEqual([]);
    expect(memory.judge(OLD, OLD, CELLS, undefined, false)).toBe('renew');
  });
});
