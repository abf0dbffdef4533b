import { describe, expect, it } from 'vitest';

import { AccessToken } from '../../../lib/token/access-token.js';
import {
  judgeRefusal,
  NO_REFUSALS,
  type OriginRefusals,
  recordRenewal,
  refusalHoldMs,
} from '../../../lib/refreshing/unauthorized-policy.js';

const OLD = new AccessToken('old');
const NEW = new AccessToken('new');
const NOW = 1_000_000;
const S = 1_000;

describe('judgeRefusal', () => {
  it.each([
    ['another one is', NEW],
    ['none is', undefined],
  ])('has the current token used, once %s current', (_, current) => {
    const refusals = { useless: 3, heldUntilMs: NOW + 1 };
    expect(judgeRefusal(OLD, current, refusals, NOW)).toMatchObject({
      verdict: 'use-current',
      refusals,
    });
  });

  it('has the current token renewed', () => {
    expect(judgeRefusal(OLD, OLD, NO_REFUSALS, NOW)).toEqual({
      verdict: 'renew',
      why: 'it is the current token',
      refusals: NO_REFUSALS,
    });
  });

  it('goes by the text of a token, not by the object', () => {
    const copy = new AccessToken('old');
    expect(judgeRefusal(copy, OLD, NO_REFUSALS, NOW).verdict).toBe('renew');
  });

  it.each([
    ['1 ms before the hold ends', NOW + 1, 'pass-through'],
    ['as the hold ends', NOW, 'renew'],
  ])('passes the 401 on during a hold: %s', (_, heldUntilMs, verdict) => {
    const refusals = { useless: 1, heldUntilMs };
    expect(judgeRefusal(OLD, OLD, refusals, NOW)).toMatchObject({
      verdict,
      refusals,
    });
  });

  it.each([
    ['at once', 0, 'pass-through'],
    ['30 s − 1 ms later', 30 * S - 1, 'pass-through'],
    ['30 s later', 30 * S, 'renew'],
  ])('judges a renewed token that is refused %s', (_, afterMs, verdict) => {
    const refusals: OriginRefusals = {
      useless: 0,
      heldUntilMs: -Infinity,
      renewed: { value: 'new', atMs: NOW - afterMs },
    };
    expect(judgeRefusal(NEW, NEW, refusals, NOW)).toMatchObject({
      verdict,
      refusals:
        verdict === 'renew'
          ? NO_REFUSALS
          : { useless: 1, heldUntilMs: NOW + 30 * S },
    });
  });

  it('forgets the renewal once it proved useless', () => {
    const { refusals } = judgeRefusal(
      NEW,
      NEW,
      { ...NO_REFUSALS, renewed: { value: 'new', atMs: NOW } },
      NOW,
    );
    expect(refusals).not.toHaveProperty('renewed');
  });

  it('starts the doubling over once a renewed token lived 30 s unrefused', () => {
    const refusals = {
      useless: 4,
      heldUntilMs: NOW - 60 * S,
      renewed: { value: 'new', atMs: NOW - 30 * S },
    };
    expect(judgeRefusal(NEW, NEW, refusals, NOW).refusals).toBe(NO_REFUSALS);
  });

  it.each([
    ['5 min after its hold', 300 * S, 0],
    ['1 ms before that', 300 * S - 1, 4],
  ])('forgets the doubling of an incident %s', (_, agoMs, useless) => {
    const refusals = { useless: 4, heldUntilMs: NOW - agoMs };
    expect(judgeRefusal(OLD, OLD, refusals, NOW)).toMatchObject({
      verdict: 'renew',
      refusals: { useless },
    });
  });

  it('keeps the doubling for a token that came otherwise than by the renewal', () => {
    const refusals = {
      useless: 4,
      heldUntilMs: NOW - 60 * S,
      renewed: { value: 'other', atMs: NOW - 29 * S },
    };
    expect(judgeRefusal(NEW, NEW, refusals, NOW)).toMatchObject({
      verdict: 'renew',
      refusals,
    });
  });
});

describe('recordRenewal', () => {
  it('puts the new token on probation', () => {
    const before = { useless: 2, heldUntilMs: NOW - 1 };
    expect(recordRenewal(before, OLD, NEW, NOW)).toEqual({
      ...before,
      renewed: { value: 'new', atMs: NOW },
    });
  });

  it('counts a renewal that brings back the refused token as useless', () => {
    expect(
      recordRenewal(NO_REFUSALS, OLD, new AccessToken('old'), NOW),
    ).toEqual({ useless: 1, heldUntilMs: NOW + 30 * S });
  });
});

describe('refusalHoldMs', () => {
  it.each([
    [1, 30],
    [2, 60],
    [3, 120],
    [4, 240],
    [5, 300],
    [6, 300],
    [2_000, 300],
  ])('after %i useless renewals in a row is %i s', (useless, seconds) => {
    expect(refusalHoldMs(useless)).toBe(seconds * S);
  });
});
