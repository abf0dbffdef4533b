import { describe, expect, it } from 'vitest';

import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import { DecisionLog } from '../../../lib/token/decision-log.js';
import { RefusalMemory } from '../../../lib/refreshing/unauthorized-memory.js';
import type { AsposeTokenEvent } from '../../../lib/token/token-event.js';

const CELLS = 'https://cells.example';
const WORDS = 'https://words.example';
const OLD = new AccessToken('old');
const NEW = new AccessToken('new');

function memory() {
  const clock = new ManualTokenClock();
  const events: AsposeTokenEvent[] = [];
  const decisions = new DecisionLog(clock, (event) => events.push(event));
  return { clock, events, refusals: new RefusalMemory(clock, decisions) };
}

describe('RefusalMemory', () => {
  it('tells of each verdict and its reason', () => {
    const { events, refusals } = memory();
    refusals.judge(OLD, OLD, CELLS, undefined, false);
    refusals.judge(OLD, NEW, CELLS, undefined, false);
    expect(events).toMatchObject([
      {
        type: 'refused',
        token: OLD.fingerprint,
        origin: CELLS,
        verdict: 'renew',
        why: 'it is the current token',
      },
      {
        type: 'refused',
        verdict: 'use-current',
        why: 'it is not the current token any more',
      },
    ]);
  });

  it('awaits the replacement of the token refused last, until it comes', () => {
    const { refusals } = memory();
    expect(refusals.awaited).toBeUndefined();
    refusals.judge(OLD, OLD, CELLS, undefined, false);
    expect(refusals.awaited).toBe(OLD);
    refusals.judge(NEW, NEW, WORDS, undefined, false);
    expect(refusals.awaited).toBe(NEW);
    refusals.renewed(new AccessToken('newest'));
    expect(refusals.awaited).toBeUndefined();
  });

  it('passes a 401 on, and counts nothing, while no token may be fetched', () => {
    const { events, refusals } = memory();
    const verdict = refusals.judge(
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
    expect(refusals.awaited).toBeUndefined();
    expect(refusals.explain()).toEqual([]);
    expect(events).toMatchObject([
      { verdict, why: 'no token may be fetched now (back-off)' },
    ]);
  });

  it('needs no token request to have the current token used', () => {
    const { refusals } = memory();
    const hold = { reason: 'budget', remainingMs: 500 } as const;
    expect(refusals.judge(OLD, NEW, CELLS, hold, false)).toBe('use-current');
  });

  it('holds an origin that refuses the renewed token, and no other', async () => {
    const { clock, events, refusals } = memory();
    refusals.judge(OLD, OLD, CELLS, undefined, false);
    refusals.renewed(NEW);
    expect(refusals.judge(NEW, NEW, CELLS, undefined, false)).toBe(
      'pass-through',
    );
    expect(events.at(-1)).toMatchObject({
      type: 'renewal-held',
      origin: CELLS,
      holdMs: 30_000,
    });
    expect(refusals.judge(NEW, NEW, WORDS, undefined, false)).toBe('renew');
    await clock.advance(12_000);
    expect(refusals.explain()).toEqual([
      { origin: CELLS, useless: 1, heldForMs: 18_000 },
      { origin: WORDS, useless: 0, heldForMs: 0 },
    ]);
    await clock.advance(18_000);
    expect(refusals.judge(NEW, NEW, CELLS, undefined, false)).toBe('renew');
  });

  it('holds every origin whose renewal brought back the refused token', () => {
    const { events, refusals } = memory();
    refusals.judge(OLD, OLD, CELLS, undefined, false);
    refusals.judge(OLD, OLD, WORDS, undefined, false);
    refusals.renewed(new AccessToken('old'));
    expect(events.slice(2)).toMatchObject([
      { type: 'renewal-held', origin: CELLS, holdMs: 30_000 },
      { type: 'renewal-held', origin: WORDS, holdMs: 30_000 },
    ]);
    expect(refusals.judge(OLD, OLD, CELLS, undefined, false)).toBe(
      'pass-through',
    );
  });

  it('goes on with a renewal that another caller has begun, hold or not', () => {
    const { refusals } = memory();
    const hold = { reason: 'back-off', remainingMs: 500 } as const;
    expect(refusals.judge(OLD, OLD, CELLS, hold, true)).toBe('renew');
    expect(refusals.awaited).toBe(OLD);
  });

  it('puts no token on probation that was asked for before the refusal', () => {
    const { events, refusals } = memory();
    refusals.judge(OLD, OLD, CELLS, undefined, true);
    refusals.renewed(NEW);
    expect(refusals.awaited).toBeUndefined();
    expect(refusals.judge(NEW, NEW, CELLS, undefined, false)).toBe('renew');
    expect(events.map(({ type }) => type)).toEqual(['refused', 'refused']);
  });

  it('counts such a token, too, when it is the refused one', () => {
    const { events, refusals } = memory();
    refusals.judge(OLD, OLD, CELLS, undefined, true);
    refusals.renewed(new AccessToken('old'));
    expect(events.at(-1)).toMatchObject({
      type: 'renewal-held',
      origin: CELLS,
      holdMs: 30_000,
    });
  });

  it('takes an ordinary refresh for no renewal', () => {
    const { refusals } = memory();
    refusals.renewed(NEW);
    expect(refusals.explain()).toEqual([]);
    expect(refusals.judge(NEW, NEW, CELLS, undefined, false)).toBe('renew');
  });

  it('takes no notice of the wall clock', () => {
    const { clock, refusals } = memory();
    refusals.judge(OLD, OLD, CELLS, undefined, false);
    refusals.renewed(NEW);
    clock.setWallClock(3_600_000);
    expect(refusals.judge(NEW, NEW, CELLS, undefined, false)).toBe(
      'pass-through',
    );
    clock.setWallClock(3_600_000);
    expect(refusals.judge(NEW, NEW, CELLS, undefined, false)).toBe(
      'pass-through',
    );
  });

  it('forgets every hold when it is reset', () => {
    const { refusals } = memory();
    refusals.judge(OLD, OLD, CELLS, undefined, false);
    refusals.renewed(new AccessToken('old'));
    refusals.judge(NEW, NEW, WORDS, undefined, false);
    refusals.reset();
    expect(refusals.awaited).toBeUndefined();
    expect(refusals.explain()).toEqual([]);
    expect(refusals.judge(OLD, OLD, CELLS, undefined, false)).toBe('renew');
  });
});
