import { describe, expect, it } from 'vitest';

import { LastHour } from '../../../lib/console/last-hour.js';
import { RecentDecisions } from '../../../lib/console/recent-decisions.js';
import { TenantsSeen } from '../../../lib/console/tenants-seen.js';
import {
  AsposeAuthErrorCode,
  type AsposeTokenEvent,
  type TokenEvent,
} from '../../../lib/index.js';

const MINUTE = 60_000;

const FETCHED = {
  type: 'fetched',
  token: '1a2b3c4d',
  lifetimeMs: 3_600_000,
  durationMs: 40,
  attempts: 1,
} as const;

const FAILED = {
  type: 'refresh-failed',
  code: undefined,
  status: undefined,
  message: 'No.',
  durationMs: 1,
  attempts: 1,
  runwayMs: 0,
  hold: undefined,
  retryAfterMs: undefined,
} as const;

const unauthorized = (origin: string) =>
  ({
    type: 'unauthorized',
    token: '1a2b3c4d',
    origin,
    verdict: 'renew',
    why: 'it is the current token',
  }) as const;

const at = (
  at: number,
  event: TokenEvent,
  tenant?: string,
): AsposeTokenEvent => ({
  at,
  client: 'default',
  ...(tenant && { tenant }),
  ...event,
});

describe('the last hour', () => {
  it('counts requests, failures and 401s by the minute', () => {
    const hour = new LastHour();
    const attempt = {
      type: 'attempt-failed',
      code: AsposeAuthErrorCode.TOKEN_ENDPOINT_FAILED,
      status: 502,
      attempt: 1,
      nextInMs: 1,
    } as const;

    hour.note(at(0, attempt));
    hour.note(at(1, { ...FETCHED, attempts: 2 }));
    hour.note(at(MINUTE, FAILED));
    hour.note(at(MINUTE, { ...FAILED, attempts: 0 }));
    hour.note(at(MINUTE, { ...FETCHED, attempts: 0 }));
    hour.note(at(MINUTE, unauthorized('https://a.example')));
    const {
      requests,
      failures,
      unauthorized: said401,
    } = hour.state(2 * MINUTE);

    expect(requests).toHaveLength(60);
    expect(requests.slice(-3)).toEqual([2, 1, 0]);
    expect(failures.slice(-3)).toEqual([1, 1, 0]);
    expect(said401.slice(-3)).toEqual([0, 1, 0]);
  });

  it('forgets what is older', () => {
    const hour = new LastHour();
    hour.note(at(0, FETCHED));
    hour.note(at(0, unauthorized('https://a.example')));

    expect(hour.state(59 * MINUTE).requests[0]).toBe(1);
    expect(hour.unauthorizedBy(59 * MINUTE).size).toBe(1);
    expect(hour.state(60 * MINUTE).requests).not.toContain(1);
    expect(hour.unauthorizedBy(60 * MINUTE).size).toBe(0);
  });

  it('tells ten origins apart, and counts all', () => {
    const hour = new LastHour();
    for (let index = 0; index < 30; index += 1)
      hour.note(at(index * MINUTE, unauthorized(`https://${index}.example`)));

    const counts = hour.unauthorizedBy(30 * MINUTE);

    expect(counts.size).toBe(11);
    expect([...counts.values()].reduce((a, b) => a + b)).toBe(30);
  });
});

describe('the newest decisions', () => {
  it('are thirty, and the newest comes first', () => {
    const decisions = new RecentDecisions();
    for (let index = 0; index < 40; index += 1)
      decisions.note(at(index, { ...FETCHED, token: String(index) }));

    expect(decisions.newest).toHaveLength(30);
    expect(decisions.newest[0]).toMatchObject({ at: 39, kind: 'token' });
  });

  it('count what happens again in a row, so that a storm pushes nothing out', () => {
    const decisions = new RecentDecisions();
    decisions.note(at(0, FETCHED));
    for (let index = 1; index <= 500; index += 1)
      decisions.note(at(index, unauthorized('https://a.example')));

    expect(decisions.newest).toMatchObject([
      { at: 500, times: 500 },
      { at: 0, times: 1 },
    ]);
  });

  it('keep tenants apart', () => {
    const decisions = new RecentDecisions();
    decisions.note(at(0, FAILED, 'aaaaaaaa'));
    decisions.note(at(0, FAILED, 'bbbbbbbb'));

    expect(decisions.newest).toMatchObject([
      { tenant: 'bbbbbbbb' },
      { tenant: 'aaaaaaaa' },
    ]);
  });
});

describe('the tenants seen', () => {
  const decisions = new RecentDecisions();
  const noteIn = (tenants: TenantsSeen, event: AsposeTokenEvent) =>
    tenants.note(event, decisions.note(event));

  it('are those that fail, then those heard of last', () => {
    const tenants = new TenantsSeen();
    noteIn(tenants, at(0, FETCHED, 'a'));
    noteIn(tenants, at(1, { ...FAILED, runwayMs: 500 }, 'b'));
    noteIn(tenants, at(2, FETCHED, 'c'));
    noteIn(tenants, at(3, unauthorized(''), 'a'));

    expect(tenants.failing).toBe(1);
    expect(tenants.shown).toMatchObject([
      { tenant: 'b', fails: true, validUntil: 501 },
      { tenant: 'a', fails: false, validUntil: 3_600_000 },
      { tenant: 'c', fails: false, validUntil: 3_600_002 },
    ]);
  });

  it('are no longer there once they are out of memory', () => {
    const tenants = new TenantsSeen();
    noteIn(tenants, at(0, FETCHED, 'a'));
    noteIn(tenants, at(1, { type: 'closed' }, 'a'));

    expect(tenants.shown).toEqual([]);
  });

  it('are a hundred at most, of which 25 are shown', () => {
    const tenants = new TenantsSeen();
    for (let index = 0; index < 10_000; index += 1)
      noteIn(tenants, at(index, FAILED, String(index)));

    expect(tenants.failing).toBe(100);
    expect(tenants.shown).toHaveLength(25);
    expect(tenants.shown[0]).toMatchObject({ tenant: '9999' });
  });

  it('are none without tenants', () => {
    const tenants = new TenantsSeen();
    noteIn(tenants, at(0, FETCHED));

    expect(tenants.shown).toEqual([]);
  });
});
