import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { readRetryAfter } from '../../../lib/client-credentials/token-failure.js';

const RECEIVED_AT = Date.UTC(2026, 0, 1, 12, 0, 0);
const MINUTE = 60_000;

function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

describe('readRetryAfter', () => {
  it.each([
    ['0', 1_000],
    ['1', 1_000],
    ['2', 2_000],
    [' 30 ', 30_000],
    ['600', 600_000],
    ['900', 15 * MINUTE],
    ['901', 15 * MINUTE],
    ['9'.repeat(400), 15 * MINUTE],
  ])('reads %j as seconds, from 1 s to 15 min', (value, ms) => {
    expect(readRetryAfter({ 'retry-after': value }, RECEIVED_AT)).toBe(ms);
  });

  it.each([
    ['long ago', -MINUTE, 1_000],
    ['now', 0, 1_000],
    ['in a second', 1_000, 1_000],
    ['in 90 s', 90_000, 90_000],
    ['in 15 min', 15 * MINUTE, 15 * MINUTE],
    ['in a day', 24 * 60 * MINUTE, 15 * MINUTE],
  ])('measures a date against the Date of the answer: %s', (_, inMs, ms) => {
    const serverNow = RECEIVED_AT - 7 * 60 * MINUTE;
    const headers = {
      date: httpDate(serverNow),
      'retry-after': httpDate(serverNow + inMs),
    };
    expect(readRetryAfter(headers, RECEIVED_AT)).toBe(ms);
  });

  it.each([
    ['without a Date', undefined],
    ['with a Date that is none', 'yesterday'],
  ])('measures a date against the time of arrival %s', (_, date) => {
    const headers = { date, 'retry-after': httpDate(RECEIVED_AT + MINUTE) };
    expect(readRetryAfter(headers, RECEIVED_AT)).toBe(MINUTE);
  });

  it.each([
    'Thu, 01 Jan 2026 12:01:00 GMT',
    'Thursday, 01-Jan-26 12:01:00 GMT',
    'Thu Jan  1 12:01:00 2026',
  ])('reads the date %s', (date) => {
    expect(readRetryAfter({ 'retry-after': date }, RECEIVED_AT)).toBe(MINUTE);
  });

  it.each(['UTC', 'America/New_York', 'Asia/Tokyo'])(
    "reads asctime's form, which names no zone, as UTC in %s",
    (zone) => {
      vi.stubEnv('TZ', zone);
      onTestFinished(() => void vi.unstubAllEnvs());
      const headers = { 'retry-after': 'Thu Jan  1 12:01:00 2026' };
      expect(readRetryAfter(headers, RECEIVED_AT)).toBe(MINUTE);
    },
  );

  it.each([undefined, '', ' ', 'soon', '10s', '120 seconds', '1e3', '0x10'])(
    'reads nothing from %j',
    (value) => {
      expect(
        readRetryAfter({ 'retry-after': value }, RECEIVED_AT),
      ).toBeUndefined();
    },
  );

  it.each(['-5', '+5', '1.5', '600.5'])(
    'takes %j for neither seconds nor a date',
    (value) => {
      expect(
        readRetryAfter({ 'retry-after': value }, RECEIVED_AT),
      ).toBeUndefined();
    },
  );
});
