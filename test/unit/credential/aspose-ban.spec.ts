import { describe, expect, it } from 'vitest';

import {
  ALLOWED_REFUSALS,
  BAN_MS,
  BAN_RULE,
  BANNED_AFTER,
  isBan,
  ladderHoldMs,
} from '../../../lib/credential/aspose-ban.js';

describe("Aspose's ban rule", () => {
  it('is five refused requests in ten minutes, of which one is left out', () => {
    expect({ BANNED_AFTER, BAN_MS, ALLOWED_REFUSALS }).toEqual({
      BANNED_AFTER: 5,
      BAN_MS: 600_000,
      ALLOWED_REFUSALS: 4,
    });
  });

  it('is told in words', () => {
    expect(BAN_RULE).toBe(
      'Aspose bans credentials for 10 minutes after 5 refused requests',
    );
  });

  it.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 8],
    [5, 10],
    [2_000, 10],
  ])('holds a pair after refusal %i for %i minutes', (n, minutes) => {
    expect(ladderHoldMs(n)).toBe(minutes * 60_000);
  });

  it.each([
    [600_000, true],
    [60_001, true],
    [60_000, false],
    [0, false],
  ])('takes a pause of %i ms for a ban: %s', (retryAfterMs, isOne) => {
    expect(isBan(retryAfterMs)).toBe(isOne);
  });
});
