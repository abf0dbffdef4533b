import { describe, expect, it } from 'vitest';

import { drawPauseMs } from '../../../lib/credential/back-off.js';

const SETTINGS = { baseDelayMs: 1_000, maxDelayMs: 30_000 };
const ALMOST_ONE = 1 - Number.EPSILON;

describe('drawPauseMs', () => {
  it.each([
    ['three quarters of the bound at the least', 0, [750, 1_500, 3_000, 6_000]],
    ['up to the bound', ALMOST_ONE, [1_000, 2_000, 4_000, 8_000]],
  ])('draws %s', (_, draw, pauses) => {
    pauses.forEach((pauseMs, failures) =>
      expect(drawPauseMs(SETTINGS, failures, draw)).toBeCloseTo(pauseMs),
    );
  });

  it('draws half a second, however little it is told', () => {
    const settings = { ...SETTINGS, baseDelayMs: 1 };
    expect(drawPauseMs(settings, 0, ALMOST_ONE)).toBe(500);
  });

  it('draws up to 30 s, however many failures there were', () => {
    const pauseMs = drawPauseMs(SETTINGS, 2_000, ALMOST_ONE);
    expect(pauseMs).toBeCloseTo(30_000);
    expect(pauseMs).toBeLessThanOrEqual(30_000);
  });

  it('draws as it is told', () => {
    const settings = { baseDelayMs: 2_000, maxDelayMs: 3_000 };
    expect(drawPauseMs(settings, 0, ALMOST_ONE)).toBeCloseTo(2_000);
    expect(drawPauseMs(settings, 1, ALMOST_ONE)).toBeCloseTo(3_000);
  });
});
