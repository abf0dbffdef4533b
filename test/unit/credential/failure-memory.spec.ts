import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/aspose-auth-error-code.js';
import {
  TokenRequestError,
  type TokenRequestFailure,
} from '../../../lib/errors/token-request.error.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import {
  DEFAULT_RETRY,
  FailureMemory,
} from '../../../lib/credential/failure-memory.js';

const MINUTE = 60_000;
const ALMOST_ONE = 1 - Number.EPSILON;

function failed(
  failure: TokenRequestFailure,
  retryAfterMs?: number,
): TokenRequestError {
  return new TokenRequestError(AsposeAuthErrorCode.THROTTLED, failure, {
    failure,
    retryAfterMs,
  });
}

function memory(draw = 0.5, settings = DEFAULT_RETRY) {
  const clock = new ManualTokenClock();
  return { clock, failures: new FailureMemory(clock, () => draw, settings) };
}

describe('FailureMemory', () => {
  describe.each(['refused', 'throttled'] as const)(
    'of credentials that were %s',
    (failure) => {
      it('holds them for 60 s, doubling to 10 min', async () => {
        const { clock, failures } = memory();
        for (const minutes of [1, 2, 4, 8, 10, 10]) {
          const cause = failed(failure);
          failures.record(cause, 'pair');
          expect(failures.holdOf('pair')).toEqual({
            reason: failure,
            remainingMs: minutes * MINUTE,
            cause,
          });
          await clock.advance(minutes * MINUTE - 1);
          expect(failures.holdOf('pair')?.remainingMs).toBe(1);
          await clock.advance(1);
          expect(failures.holdOf('pair')).toBeUndefined();
        }
      });

      it('ends the hold once they were accepted', () => {
        const { failures } = memory();
        failures.record(failed(failure), 'pair');
        failures.recordSuccess('pair');
        expect(failures.holdOf('pair')).toBeUndefined();
      });

      it('begins anew when they were accepted and ten minutes have passed', async () => {
        const { failures, clock } = memory();
        failures.record(failed(failure), 'pair');
        failures.record(failed(failure), 'pair');
        failures.recordSuccess('pair');
        await clock.advance(10 * MINUTE);
        failures.record(failed(failure), 'pair');
        expect(failures.holdOf('pair')?.remainingMs).toBe(MINUTE);
      });

      it('goes on doubling when they were accepted in between', async () => {
        const { failures, clock } = memory();
        failures.record(failed(failure), 'pair');
        failures.recordSuccess('pair');
        await clock.advance(10 * MINUTE - 1);
        failures.record(failed(failure), 'pair');
        expect(failures.holdOf('pair')?.remainingMs).toBe(2 * MINUTE);
      });

      it('goes on doubling after ten minutes when they never were accepted', async () => {
        const { clock, failures } = memory();
        failures.record(failed(failure), 'pair');
        failures.recordSuccess('other');
        await clock.advance(60 * MINUTE);
        failures.record(failed(failure), 'pair');
        expect(failures.holdOf('pair')?.remainingMs).toBe(2 * MINUTE);
      });

      it('holds no other credentials, and does not pause', () => {
        const { failures } = memory();
        failures.record(failed(failure), 'pair');
        expect(failures.holdOf('other')).toBeUndefined();
        expect(failures.backOff()).toBeUndefined();
      });

      it('takes no notice of the wall clock', () => {
        const { clock, failures } = memory();
        failures.record(failed(failure), 'pair');
        clock.setWallClock(24 * 60 * MINUTE);
        expect(failures.holdOf('pair')?.remainingMs).toBe(MINUTE);
      });
    },
  );

  it('sees at most four refusals within any ten minutes', async () => {
    const { clock, failures } = memory();
    const refusedAt: number[] = [];
    while (clock.monotonicNow() < 120 * MINUTE) {
      if (failures.holdOf('pair') === undefined) {
        refusedAt.push(clock.monotonicNow());
        failures.record(failed('refused'), 'pair');
      }
      await clock.advance(MINUTE);
    }
    const most = Math.max(
      ...refusedAt.map(
        (from) =>
          refusedAt.filter((at) => at >= from && at < from + 10 * MINUTE)
            .length,
      ),
    );
    expect(most).toBe(4);
  });

  it('honours what the endpoint asks for', () => {
    const { failures } = memory();
    failures.record(failed('throttled', 7_000), 'pair');
    expect(failures.holdOf('pair')).toMatchObject({
      reason: 'throttled',
      remainingMs: 7_000,
    });
  });

  it('remembers the last eight credentials that failed', () => {
    const { failures } = memory();
    const pairs = Array.from({ length: 9 }, (_, i) => `pair-${i}`);
    for (const pair of pairs.slice(0, 8))
      failures.record(failed('refused'), pair);
    failures.record(failed('refused'), 'pair-0');
    failures.record(failed('refused'), 'pair-8');
    expect(pairs.filter((pair) => failures.holdOf(pair) === undefined)).toEqual(
      ['pair-1'],
    );
    expect(failures.holdOf('pair-0')?.remainingMs).toBe(2 * MINUTE);
  });

  it.each([
    [
      'three quarters of the longest at the least',
      0,
      [750, 1_500, 3_000, 6_000],
    ],
    ['up to the longest', ALMOST_ONE, [1_000, 2_000, 4_000, 8_000]],
  ])('pauses after a transient failure: %s', (_, draw, pauses) => {
    const { failures } = memory(draw);
    for (const pause of pauses) {
      failures.record(failed('transient'), 'pair');
      expect(failures.backOff()?.remainingMs).toBeCloseTo(pause);
    }
  });

  it('pauses for half a second, however little it is told', () => {
    const { failures } = memory(ALMOST_ONE, {
      attempts: 3,
      baseDelayMs: 1,
      maxDelayMs: 30_000,
    });
    failures.record(failed('transient'), 'pair');
    expect(failures.backOff()?.remainingMs).toBe(500);
  });

  it('pauses up to 30 s, however many failures there were', () => {
    const { failures } = memory(ALMOST_ONE);
    for (let i = 0; i < 2_000; i += 1)
      failures.record(failed('transient'), 'pair');
    expect(failures.backOff()?.remainingMs).toBeCloseTo(30_000);
    expect(failures.backOff()?.remainingMs).toBeLessThanOrEqual(30_000);
  });

  it('pauses as it is told', () => {
    const { failures } = memory(ALMOST_ONE, {
      attempts: 3,
      baseDelayMs: 2_000,
      maxDelayMs: 3_000,
    });
    failures.record(failed('transient'), 'pair');
    expect(failures.backOff()?.remainingMs).toBeCloseTo(2_000);
    failures.record(failed('transient'), 'pair');
    expect(failures.backOff()?.remainingMs).toBeCloseTo(3_000);
  });

  it('ends a pause in time, and tells what it is for', async () => {
    const { clock, failures } = memory();
    const cause = failed('transient');
    failures.record(cause, 'pair');
    expect(failures.backOff()).toEqual({
      reason: 'back-off',
      remainingMs: 875,
      cause,
    });
    expect(failures.holdOf('pair')).toBeUndefined();
    await clock.advance(874);
    expect(failures.backOff()?.remainingMs).toBe(1);
    await clock.advance(1);
    expect(failures.backOff()).toBeUndefined();
  });

  it('ends the pause and its doubling with a success', () => {
    const { failures } = memory(ALMOST_ONE);
    failures.record(failed('transient'), 'pair');
    failures.record(failed('transient'), 'pair');
    failures.recordSuccess('other');
    expect(failures.backOff()).toBeUndefined();
    failures.record(failed('transient'), 'pair');
    expect(failures.backOff()?.remainingMs).toBeCloseTo(1_000);
  });

  it('forgets everything when it is reset', () => {
    const { failures } = memory(ALMOST_ONE);
    failures.record(failed('refused'), 'pair');
    failures.record(failed('throttled', 9_000), 'other');
    failures.record(failed('transient'), 'pair');
    failures.reset();
    expect(failures.holdOf('pair')).toBeUndefined();
    expect(failures.holdOf('other')).toBeUndefined();
    expect(failures.backOff()).toBeUndefined();
    failures.record(failed('refused'), 'pair');
    expect(failures.holdOf('pair')?.remainingMs).toBe(MINUTE);
  });
});
