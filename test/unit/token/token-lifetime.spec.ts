import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import {
  DEFAULT_REFRESH,
  drawRefreshAfterMs,
  effectiveMinimumMs,
  remainingMs,
  tokenAgeMs,
  tokenState,
  usableForMs,
} from '../../../lib/token/token-lifetime.js';
import { LIFETIMES } from '../../support/lifetimes.js';

const SAFETY_MS = DEFAULT_REFRESH.safetyMs;
const ALMOST_ONE = 1 - Number.EPSILON;

describe('tokenState', () => {
  describe.each(LIFETIMES)(
    'of a token that lives $seconds s',
    ({ seconds, earliest: refreshAfterMs, safety, end }) => {
      const lifetimeMs = seconds * 1_000;
      const issuedAt = { monotonicMs: 0, wallMs: 0 };
      const token = { lifetimeMs, refreshAfterMs, issuedAt };

      it.each([
        ['at issue', 0, 'fresh'],
        ['before issue, by a clock set back', -1, 'fresh'],
        ['refreshAt − 1 ms', refreshAfterMs - 1, 'fresh'],
        ['refreshAt', refreshAfterMs, 'refresh-soon'],
        ['L − S − 1 ms', lifetimeMs - safety - 1, 'refresh-soon'],
        ['L − S', lifetimeMs - safety, 'must-refresh'],
        ['L − E − 1 ms', lifetimeMs - end - 1, 'must-refresh'],
        ['L − E', lifetimeMs - end, 'expired'],
        ['L', lifetimeMs, 'expired'],
        ['long after L', lifetimeMs * 10, 'expired'],
      ])('at %s', (_, ageMs, state) => {
        expect(tokenState(token, ageMs, SAFETY_MS)).toBe(state);
      });

      it('ends E before L', () => {
        expect(usableForMs(lifetimeMs, SAFETY_MS)).toBe(lifetimeMs - end);
      });
    },
  );

  it('never leaves fresh without a lifetime', () => {
    expect(
      tokenState(new AccessToken('static'), Number.MAX_VALUE, SAFETY_MS),
    ).toBe('fresh');
  });

  it('goes by the safety window it is told, while that is below a tenth', () => {
    const token = {
      lifetimeMs: 3_600_000,
      refreshAfterMs: 2_700_000,
      issuedAt: { monotonicMs: 0, wallMs: 0 },
    };
    expect(tokenState(token, 3_600_000 - 5_000, 5_000)).toBe('must-refresh');
    expect(tokenState(token, 3_600_000 - 5_001, 5_000)).toBe('refresh-soon');
    expect(tokenState(token, 3_600_000 - 360_000, 9e9)).toBe('must-refresh');
    expect(tokenState(token, 3_600_000 - 360_001, 9e9)).toBe('refresh-soon');
    expect(usableForMs(3_600_000, 100)).toBe(3_600_000 - 50);
  });

  it('never goes back as a token ages', () => {
    const order = ['fresh', 'refresh-soon', 'must-refresh', 'expired'];
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.double({ min: 0, max: ALMOST_ONE, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 1.1, noNaN: true }), {
          minLength: 2,
          maxLength: 2,
        }),
        (seconds, draw, fractions) => {
          const lifetimeMs = seconds * 1_000;
          const token = {
            lifetimeMs,
            refreshAfterMs: drawRefreshAfterMs(
              lifetimeMs,
              draw,
              DEFAULT_REFRESH,
            ),
            issuedAt: { monotonicMs: 0, wallMs: 0 },
          };
          const [younger = 0, older = 0] = fractions
            .toSorted((a, b) => a - b)
            .map((fraction) =>
              order.indexOf(
                tokenState(token, fraction * lifetimeMs, SAFETY_MS),
              ),
            );
          return younger <= older;
        },
      ),
    );
  });
});

describe('drawRefreshAfterMs', () => {
  it.each(LIFETIMES)(
    'draws between $earliest and $latest ms for a lifetime of $seconds s',
    ({ seconds, earliest, latest }) => {
      const draw = (random: number) =>
        drawRefreshAfterMs(seconds * 1_000, random, DEFAULT_REFRESH);
      expect(draw(0)).toBeCloseTo(earliest, 3);
      expect(draw(0.5)).toBeCloseTo((earliest + latest) / 2, 3);
      expect(draw(ALMOST_ONE)).toBeCloseTo(latest, 3);
    },
  );

  it('draws earlier for every lifetime below a minute', () => {
    expect(drawRefreshAfterMs(59_999, 0, DEFAULT_REFRESH)).toBe(29_999.5);
    expect(drawRefreshAfterMs(60_000, 0, DEFAULT_REFRESH)).toBe(42_000);
  });

  it('goes by the window it is told, and by an earlier one for short lifetimes too', () => {
    const settings = { ...DEFAULT_REFRESH, earliest: 0.3, latest: 0.4 };
    expect(drawRefreshAfterMs(3_600_000, 0, settings)).toBe(1_080_000);
    expect(drawRefreshAfterMs(10_000, 0, settings)).toBe(3_000);
    expect(drawRefreshAfterMs(10_000, ALMOST_ONE, settings)).toBeCloseTo(4_000);
  });
});

describe('tokenAgeMs', () => {
  it.each([
    ['both clocks agree', 5_000, 0, 5_000],
    ['the wall clock was set back', 5_000, -3_600_000, 5_000],
    ['the wall clock was set forward', 5_000, 60_000, 65_000],
    ['the machine slept at once', 0, 60_000, 60_000],
  ])('is by the clock that moved further: %s', async (_, passed, set, age) => {
    const clock = new ManualTokenClock({ monotonicMs: 77 });
    const token = {
      lifetimeMs: 1,
      refreshAfterMs: 1,
      issuedAt: clock.read(),
    };
    await clock.advance(passed);
    clock.setWallClock(set);
    expect(tokenAgeMs(token, clock)).toBe(age);
  });
});

describe('remainingMs', () => {
  it.each([
    ['of a young token', 400, 600],
    ['at its end', 1_000, 0],
    ['of an expired one', 1_400, -400],
  ])('is what is left of its lifetime: %s', async (_, ageMs, left) => {
    const clock = new ManualTokenClock();
    const issuedAt = clock.read();
    await clock.advance(ageMs);
    const token = { lifetimeMs: 1_000, refreshAfterMs: 700, issuedAt };
    expect(remainingMs(token, clock)).toBe(left);
  });

  it('goes by the clock that advanced more', () => {
    const clock = new ManualTokenClock();
    const issuedAt = clock.read();
    clock.setWallClock(400);
    const token = { lifetimeMs: 1_000, refreshAfterMs: 700, issuedAt };
    expect(remainingMs(token, clock)).toBe(600);
  });
});

describe('effectiveMinimumMs', () => {
  const life = { refreshAfterMs: 1, issuedAt: { monotonicMs: 0, wallMs: 0 } };

  it.each([
    ['as asked up to half a lifetime', 30_000, 30_000],
    ['half a lifetime at the most', 30_001, 30_000],
    ['half a lifetime for all there is', Infinity, 30_000],
    ['nothing where nothing is asked', 0, 0],
  ])('is %s', (_, asked, effective) => {
    const token = new AccessToken('abc', { lifetimeMs: 60_000, ...life });
    expect(effectiveMinimumMs(asked, token)).toBe(effective);
  });

  it('is what was asked of a token that never expires', () => {
    expect(effectiveMinimumMs(1e9, new AccessToken('static'))).toBe(1e9);
  });
});
