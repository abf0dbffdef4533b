import { describe, expect, it } from 'vitest';

import { wasRefused } from '../../../lib/credential/attempt.js';
import type { AttemptNote } from '../../../lib/credential/attempt.js';
import { CredentialMemory } from '../../../lib/credential/credential-memory.js';
import type { CredentialRecord } from '../../../lib/credential/credential-record.js';
import {
  AsposeAuthError,
  AsposeAuthErrorCode,
} from '../../../lib/errors/errors.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import { unhandledRejectionsOf } from '../../support/unhandled-rejections.js';

const LEASE_MS = 5_000;
const MINUTE = 60_000;

function recordInUse() {
  const clock = new ManualTokenClock();
  const record = new CredentialMemory(clock).use('credential', {});
  return { clock, record };
}

function issuedAt(monotonicMs: number): AccessToken {
  return new AccessToken(`token-${monotonicMs}`, {
    lifetimeMs: MINUTE,
    refreshAfterMs: MINUTE,
    issuedAt: { monotonicMs, wallMs: 0 },
  });
}

function failure(message: string): AsposeAuthError {
  return new AsposeAuthError(AsposeAuthErrorCode.THROTTLED, message);
}

/** Starts an attempt that ends when the test says so. */
function start(record: CredentialRecord) {
  let end!: (token: AccessToken) => void;
  let fail!: (reason: Error) => void;
  let attempt!: AttemptNote;
  const sent = record.join(() => {
    attempt = record.begin(LEASE_MS);
    return new Promise<AccessToken>((resolve, reject) => {
      end = resolve;
      fail = reject;
    });
  });
  return { sent, attempt, end, fail };
}

describe('CredentialRecord', () => {
  it('notes an attempt and spends budget on it', async () => {
    const { record, clock } = recordInUse();
    await clock.advance(7);
    const attempt = record.begin(LEASE_MS);
    expect(attempt).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}\/1$/),
      at: 7,
      leaseUntil: 7 + LEASE_MS,
    });
    expect(record.log.attempts).toEqual([
      { ...attempt, state: 'open', heardAt: null },
    ]);
    expect(record.budget.left).toBe(4);
  });

  it('knows its own attempts from those of others', () => {
    const [{ record }, { record: other }] = [recordInUse(), recordInUse()];
    const { id } = record.begin(LEASE_MS);
    expect([record.owns(id), other.owns(id)]).toEqual([true, false]);
    other.begin(LEASE_MS);
    expect(other.owns(id)).toBe(false);
  });

  it('makes one attempt at a time, for all who want one', async () => {
    const { record } = recordInUse();
    const { sent, end } = start(record);
    const joined = record.join(() => {
      throw new Error('A second attempt was sent.');
    });
    expect(record.underWay).toBe(sent);
    expect(joined).toBe(sent);
    end(issuedAt(0));
    expect(await sent).toMatchObject({ value: 'token-0' });
    expect(record.underWay).toBeUndefined();
    expect(start(record).sent).not.toBe(sent);
  });

  it('causes no unhandled rejection when nobody waits any more', async () => {
    const { record } = recordInUse();
    const unhandled = await unhandledRejectionsOf(async () => {
      start(record).fail(new Error('No answer.'));
    });
    expect(unhandled).toEqual([]);
    expect(record.underWay).toBeUndefined();
  });

  it('tells every hold, with the failure behind it', async () => {
    const { record, clock } = recordInUse();
    const [refused, throttled, failed] = ['refused', 'throttled', 'failed'].map(
      failure,
    );
    const { attempt } = start(record);
    record.settle(attempt, { type: 'failed', pauseMs: 900 }, failed);
    record.settle(
      attempt,
      { type: 'throttled', retryAfterMs: 9_000 },
      throttled,
    );
    record.settle(attempt, { type: 'refused' }, refused);
    for (let i = 0; i < 5; i += 1) record.budget.spend();
    expect(record.holds()).toEqual([
      { reason: 'refused', remainingMs: MINUTE, cause: refused },
      { reason: 'throttled', remainingMs: 9_000, cause: throttled },
      { reason: 'back-off', remainingMs: 900, cause: failed },
      { reason: 'budget', remainingMs: 20_000 },
    ]);
    await clock.advance(20_000);
    expect(record.holds()).toEqual([
      { reason: 'refused', remainingMs: 40_000, cause: refused },
    ]);
    await clock.advance(40_000);
    expect(record.holds()).toEqual([]);
  });

  it('holds nothing back while its own attempt is under way', () => {
    const { record } = recordInUse();
    start(record);
    expect(record.holds()).toEqual([]);
  });

  it('hears a refusal that comes late', async () => {
    const { record, clock } = recordInUse();
    const { attempt } = start(record);
    await clock.advance(4_000);
    const timeout = failure('no answer');
    record.settle(attempt, { type: 'unanswered', pauseMs: 900 }, timeout);
    expect(record.holds()).toEqual([
      { reason: 'back-off', remainingMs: 900, cause: timeout },
    ]);
    await clock.advance(16_000);
    const refused = failure('refused');
    record.settle(attempt, { type: 'refused' }, refused);
    expect(wasRefused(record.log)).toBe(true);
    expect(record.holds()).toEqual([
      { reason: 'refused', remainingMs: MINUTE, cause: refused },
    ]);
  });

  it('takes no notice of the wall clock', () => {
    const { record, clock } = recordInUse();
    record.settle(start(record).attempt, { type: 'refused' });
    clock.setWallClock(24 * 60 * MINUTE);
    expect(record.holds()).toMatchObject([{ remainingMs: MINUTE }]);
  });

  it('ends every hold but the budget once the pair is accepted', () => {
    const { record } = recordInUse();
    record.settle(start(record).attempt, { type: 'refused' });
    const second = { id: 'second', at: 0, leaseUntil: LEASE_MS };
    record.settle(second, { type: 'accepted' });
    expect(record.holds()).toEqual([]);
    for (let i = 0; i < 4; i += 1) record.budget.spend();
    expect(record.holds()).toMatchObject([{ reason: 'budget' }]);
  });

  it('waives holds when it is reset, but not what was spent or refused', async () => {
    const { record, clock } = recordInUse();
    for (let i = 0; i < 3; i += 1) {
      await clock.advance(10_000);
      const { attempt, sent, end } = start(record);
      record.settle(attempt, { type: 'refused' });
      end(issuedAt(0));
      await sent;
      record.reset();
      expect(record.holds()).toEqual([]);
    }
    const attempt = { id: 'fourth', at: 30_000, leaseUntil: 35_000 };
    record.settle(attempt, { type: 'refused' });
    record.budget.spend();
    record.reset();
    expect(record.budget.left).toBeLessThan(4);
    expect(record.holds()).toMatchObject([
      { reason: 'refused', remainingMs: 9 * MINUTE + 40_000 },
    ]);
  });

  it('hands on the newest token to who has an older one or none', () => {
    const { record } = recordInUse();
    const [older, newer] = [issuedAt(1), issuedAt(2)];
    expect(record.tokenNewerThan(undefined)).toBeUndefined();
    record.offer(newer);
    record.offer(older);
    expect(record.tokenNewerThan(undefined)).toBe(newer);
    expect(record.tokenNewerThan(older)).toBe(newer);
    expect(record.tokenNewerThan(newer)).toBeUndefined();
    expect(record.tokenNewerThan(issuedAt(3))).toBeUndefined();
  });

  it('keeps no token that arrives when nobody uses the credential any more', () => {
    const memory = new CredentialMemory(new ManualTokenClock());
    const user = {};
    const record = memory.use('credential', user);
    memory.release('credential', user);
    record.offer(issuedAt(1));
    memory.use('credential', user);
    expect(record.tokenNewerThan(undefined)).toBeUndefined();
  });
});
