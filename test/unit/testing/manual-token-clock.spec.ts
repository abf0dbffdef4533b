import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { ManualTokenClock } from '../../../lib/testing/index.js';

describe('ManualTokenClock', () => {
  it('begins where it is told to, and stands still', () => {
    const clock = new ManualTokenClock({ monotonicMs: 5, wallMs: 1_000 });

    expect(clock.read()).toStrictEqual({ monotonicMs: 5, wallMs: 1_000 });
    expect(clock.read()).toStrictEqual({ monotonicMs: 5, wallMs: 1_000 });
    expect(new ManualTokenClock().read()).toStrictEqual({
      monotonicMs: 0,
      wallMs: Date.UTC(2026, 0, 1),
    });
  });

  it('moves both clocks', async () => {
    const clock = new ManualTokenClock({ wallMs: 1_000 });

    await clock.advance(250);

    expect(clock.read()).toStrictEqual({ monotonicMs: 250, wallMs: 1_250 });
  });

  it('moves the wall clock alone when that is set, or when the machine sleeps', () => {
    const clock = new ManualTokenClock({ wallMs: 1_000 });

    clock.setWallClock(-500);
    expect(clock.read()).toStrictEqual({ monotonicMs: 0, wallMs: 500 });
    clock.setWallClock(2_000);
    expect(clock.read()).toStrictEqual({ monotonicMs: 0, wallMs: 2_500 });
  });

  it('makes each call at its moment, in the order of time', async () => {
    const clock = new ManualTokenClock();
    const calls: [string, number][] = [];
    const note = (name: string) => () => {
      calls.push([name, clock.monotonicNow()]);
    };
    clock.schedule(30, note('third'));
    clock.schedule(10, note('first'));
    clock.schedule(10, note('second'));
    clock.schedule(-5, note('at once'));
    clock.schedule(31, note('later'));

    await clock.advance(30);

    expect(calls).toStrictEqual([
      ['at once', 0],
      ['first', 10],
      ['second', 10],
      ['third', 30],
    ]);
    expect(clock.monotonicNow()).toBe(30);
    expect(clock.scheduled.all).toBe(1);
  });

  it('makes calls that other calls schedule, if their moment has come', async () => {
    const clock = new ManualTokenClock();
    const moments: number[] = [];
    const again = (): void => {
      moments.push(clock.monotonicNow());
      clock.schedule(10, again);
    };
    clock.schedule(10, again);

    await clock.advance(35);

    expect(moments).toStrictEqual([10, 20, 30]);
  });

  it('makes calls that promises schedule between two others', async () => {
    const clock = new ManualTokenClock();
    const moments: number[] = [];
    clock.schedule(10, () => {
      void Promise.resolve().then(() =>
        clock.schedule(5, () => moments.push(clock.monotonicNow())),
      );
    });
    clock.schedule(20, () => moments.push(clock.monotonicNow()));

    await clock.advance(20);

    expect(moments).toStrictEqual([15, 20]);
  });

  it('makes no call that was cancelled, however often', async () => {
    const clock = new ManualTokenClock();
    let calls = 0;
    const scheduled = clock.schedule(10, () => (calls += 1));

    scheduled.cancel();
    scheduled.cancel();
    await clock.advance(10);

    expect(calls).toBe(0);
    expect(clock.scheduled.all).toBe(0);
  });

  it('tells which calls keep the process alive', () => {
    const clock = new ManualTokenClock();
    const one = clock.schedule(10, () => {});
    clock.schedule(10, () => {});

    expect(clock.scheduled).toStrictEqual({ all: 2, ref: 0 });
    one.ref();
    expect(clock.scheduled).toStrictEqual({ all: 2, ref: 1 });
    one.unref();
    expect(clock.scheduled).toStrictEqual({ all: 2, ref: 0 });
  });

  it('moves while the timers of a test stand still', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const clock = new ManualTokenClock();
    let calls = 0;
    clock.schedule(10, () => (calls += 1));

    await clock.advance(10);

    expect(calls).toBe(1);
  });
});
