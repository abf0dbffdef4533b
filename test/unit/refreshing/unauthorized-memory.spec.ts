import { describe, expect, it } from 'vitest';

import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import {
  type AsposeTokenEvent,
  DecisionLog,
} from '../../../lib/token/token-event.js';
import { UnauthorizedMemory } from '../../../lib/refreshing/unauthorized-memory.js';
import type { TokenHold } from '../../../lib/token/token-hold.js';

const CELLS = 'https://cells.example';
const WORDS = 'https://words.example';
const OLD = new AccessToken('old');
const NEW = new AccessToken('new');

function given() {
  const clock = new ManualTokenClock();
  const events: AsposeTokenEvent[] = [];
  const decisions = new DecisionLog(clock, (event) => events.push(event));
  const memory = new UnauthorizedMemory(clock, decisions);
  const judge = (
    token: AccessToken,
    current: AccessToken | undefined,
    origin: string,
    { hold, isFlying = false }: { hold?: TokenHold; isFlying?: boolean } = {},
  ) => memory.judge({ token, origin }, { current, hold, isFlying });
  return { clock, events, memory, judge };
}

describe('UnauthorizedMemory', () => {
  it('tells of each verdict and its reason', () => {
    const { events, judge } = given();
    judge(OLD, OLD, CELLS);
    judge(OLD, NEW, CELLS);
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

  it('has the next token used where there is no current one, and counts nothing', () => {
    const { events, memory, judge } = given();
    const hold = { reason: 'refused', remainingMs: 500 } as const;
    expect(judge(OLD, undefined, CELLS, { hold })).toBe('use-next');
    expect(memory.explain()).toMatchObject([{ useless: 0, heldForMs: 0 }]);
    expect(events).toMatchObject([
      { verdict: 'use-next', why: 'another one is fetched' },
    ]);
  });

  it('passes a 401 on, and counts nothing, while no token may be fetched', () => {
    const { events, memory, judge } = given();
    const hold = { reason: 'back-off', remainingMs: 500 } as const;
    const verdict = judge(OLD, OLD, CELLS, { hold });
    expect(verdict).toBe('pass-through');
    expect(memory.explain()).toEqual([]);
    expect(events).toMatchObject([
      { verdict, why: 'no token may be fetched now (back-off)' },
    ]);
  });

  it('needs no token request to have the current token used', () => {
    const { judge } = given();
    const hold = { reason: 'budget', remainingMs: 500 } as const;
    expect(judge(OLD, NEW, CELLS, { hold })).toBe('use-current');
  });

  it('holds an origin that answers 401 to the renewed token, and no other', async () => {
    const { clock, events, memory, judge } = given();
    judge(OLD, OLD, CELLS);
    memory.renewed({ token: OLD, origin: CELLS }, NEW);
    expect(judge(NEW, NEW, CELLS)).toBe('pass-through');
    expect(events.at(-1)).toMatchObject({
      type: 'renewal-held',
      origin: CELLS,
      holdMs: 30_000,
    });
    expect(judge(NEW, NEW, WORDS)).toBe('renew');
    await clock.advance(12_000);
    expect(memory.explain()).toEqual([
      { origin: CELLS, useless: 1, heldForMs: 18_000 },
      { origin: WORDS, useless: 0, heldForMs: 0 },
    ]);
    await clock.advance(18_000);
    expect(judge(NEW, NEW, CELLS)).toBe('renew');
  });

  it('holds every origin whose renewal brought back the unauthorized token', () => {
    const { events, memory, judge } = given();
    judge(OLD, OLD, CELLS);
    judge(OLD, OLD, WORDS);
    for (const origin of [CELLS, WORDS])
      memory.renewed({ token: OLD, origin }, new AccessToken('old'));
    expect(events.slice(2)).toMatchObject([
      { type: 'renewal-held', origin: CELLS, holdMs: 30_000 },
      { type: 'renewal-held', origin: WORDS, holdMs: 30_000 },
    ]);
    expect(judge(OLD, OLD, CELLS)).toBe('pass-through');
  });

  it('goes on with a renewal that another caller has begun, hold or not', () => {
    const { judge } = given();
    const hold = { reason: 'back-off', remainingMs: 500 } as const;
    expect(judge(OLD, OLD, CELLS, { hold, isFlying: true })).toBe('renew');
  });

  it('puts no token on probation that was asked for before the 401', () => {
    const { events, memory, judge } = given();
    judge(OLD, OLD, CELLS, { isFlying: true });
    memory.renewed({ token: OLD, origin: CELLS, joinedAtMs: 0 }, NEW);
    expect(judge(NEW, NEW, CELLS)).toBe('renew');
    expect(events.map(({ type }) => type)).toEqual([
      'unauthorized',
      'unauthorized',
    ]);
  });

  it('counts such a token, too, when it is the unauthorized one', () => {
    const { events, memory, judge } = given();
    judge(OLD, OLD, CELLS, { isFlying: true });
    memory.renewed(
      { token: OLD, origin: CELLS, joinedAtMs: 0 },
      new AccessToken('old'),
    );
    expect(events.at(-1)).toMatchObject({
      type: 'renewal-held',
      origin: CELLS,
      holdMs: 30_000,
    });
  });

  it('puts one on probation that the flight asked for after the 401', () => {
    const { clock, memory, judge } = given();
    const joinedAtMs = clock.monotonicNow();
    judge(OLD, OLD, CELLS, { isFlying: true });
    const life = { lifetimeMs: 1, refreshAfterMs: 1 };
    const issuedAt = { monotonicMs: joinedAtMs + 1, wallMs: 0 };
    const since = new AccessToken('new', { ...life, issuedAt });
    memory.renewed({ token: OLD, origin: CELLS, joinedAtMs }, since);
    expect(judge(since, since, CELLS)).toBe('pass-through');
  });

  it('takes no notice of the wall clock', () => {
    const { clock, memory, judge } = given();
    judge(OLD, OLD, CELLS);
    memory.renewed({ token: OLD, origin: CELLS }, NEW);
    clock.setWallClock(3_600_000);
    expect(judge(NEW, NEW, CELLS)).toBe('pass-through');
    clock.setWallClock(3_600_000);
    expect(judge(NEW, NEW, CELLS)).toBe('pass-through');
  });

  it('forgets every hold when it is reset', () => {
    const { memory, judge } = given();
    judge(OLD, OLD, CELLS);
    memory.renewed({ token: OLD, origin: CELLS }, new AccessToken('old'));
    judge(NEW, NEW, WORDS);
    memory.reset();
    expect(memory.explain()).toEqual([]);
    expect(judge(OLD, OLD, CELLS)).toBe('renew');
  });
});
