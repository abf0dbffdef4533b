import { describe, expect, it } from 'vitest';

import { AccessToken } from '../../../lib/token/access-token.js';
import {
  judgeUnauthorized,
  CLEAN_RECORD,
  type OriginRecord,
  recordRenewal,
  renewalHoldMs,
} from '../../../lib/refreshing/unauthorized-policy.js';

const OLD = new AccessToken('old');
const NEW = new AccessToken('new');
const NOW = 1_000_000;
const S = 1_000;

describe('judgeUnauthorized', () => {
  it.each([
    ['the current token used, once it is another', NEW, 'use-current'],
    [
      'the next token used, while there is no current one',
      undefined,
      'use-next',
    ],
  ])('has %s', (_, current, verdict) => {
    const record = { useless: 3, heldUntilMs: NOW + 1 };
    expect(judgeUnauthorized(OLD, current, record, NOW)).toMatchObject({
      verdict,
      record,
    });
  });

  it('has the current token renewed', () => {
    expect(judgeUnauthorized(OLD, OLD, CLEAN_RECORD, NOW)).toEqual({
      verdict: 'renew',
      why: 'it is the current token',
      record: CLEAN_RECORD,
    });
  });

  it('goes by the text of a token, not by the object', () => {
    const copy = new AccessToken('old');
    expect(judgeUnauthorized(copy, OLD, CLEAN_RECORD, NOW).verdict).toBe(
      'renew',
    );
  });

  it.each([
    ['1 ms before the hold ends', NOW + 1, 'pass-through'],
    ['as the hold ends', NOW, 'renew'],
  ])('passes the 401 on during a hold: %s', (_, heldUntilMs, verdict) => {
    const record = { useless: 1, heldUntilMs };
    expect(judgeUnauthorized(OLD, OLD, record, NOW)).toMatchObject({
      verdict,
      record,
    });
  });

  it.each([
    ['at once', 0, 'pass-through'],
    ['30 s − 1 ms later', 30 * S - 1, 'pass-through'],
    ['30 s later', 30 * S, 'renew'],
  ])(
    'judges a renewed token that is unauthorized %s',
    (_, afterMs, verdict) => {
      const record: OriginRecord = {
        useless: 0,
        heldUntilMs: -Infinity,
        renewed: { value: 'new', atMs: NOW - afterMs },
      };
      expect(judgeUnauthorized(NEW, NEW, record, NOW)).toMatchObject({
        verdict,
        record:
          verdict === 'renew'
            ? CLEAN_RECORD
            : { useless: 1, heldUntilMs: NOW + 30 * S },
      });
    },
  );

  it('forgets the renewal once it proved useless', () => {
    const { record } = judgeUnauthorized(
      NEW,
      NEW,
      { ...CLEAN_RECORD, renewed: { value: 'new', atMs: NOW } },
      NOW,
    );
    expect(record).not.toHaveProperty('renewed');
  });

  it('starts the doubling over once a renewed token lived 30 s without a 401', () => {
    const record = {
      useless: 4,
      heldUntilMs: NOW - 60 * S,
      renewed: { value: 'new', atMs: NOW - 30 * S },
    };
    expect(judgeUnauthorized(NEW, NEW, record, NOW).record).toBe(CLEAN_RECORD);
  });

  it.each([
    ['5 min after its hold', 300 * S, 0],
    ['1 ms before that', 300 * S - 1, 4],
  ])('forgets the doubling of an incident %s', (_, agoMs, useless) => {
    const record = { useless: 4, heldUntilMs: NOW - agoMs };
    expect(judgeUnauthorized(OLD, OLD, record, NOW)).toMatchObject({
      verdict: 'renew',
      record: { useless },
    });
  });

  it('keeps the doubling for a token that came otherwise than by the renewal', () => {
    const record = {
      useless: 4,
      heldUntilMs: NOW - 60 * S,
      renewed: { value: 'other', atMs: NOW - 29 * S },
    };
    expect(judgeUnauthorized(NEW, NEW, record, NOW)).toMatchObject({
      verdict: 'renew',
      record,
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

  it('counts a renewal that brings back the unauthorized token as useless', () => {
    expect(
      recordRenewal(CLEAN_RECORD, OLD, new AccessToken('old'), NOW),
    ).toEqual({ useless: 1, heldUntilMs: NOW + 30 * S });
  });
});

describe('renewalHoldMs', () => {
  it.each([
    [1, 30],
    [2, 60],
    [3, 120],
    [4, 240],
    [5, 300],
    [6, 300],
    [2_000, 300],
  ])('after %i useless renewals in a row is %i s', (useless, seconds) => {
    expect(renewalHoldMs(useless)).toBe(seconds * S);
  });
});
