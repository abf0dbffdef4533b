import { describe, expect, it, vi } from 'vitest';

import { SystemTokenClock } from '../../../lib/token/token-clock.js';

/** How many timers keep this process alive. */
function keptAlive(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout')
    .length;
}

/** By how much Node's timers come too early at the worst. */
const EARLIEST_MS = 2;
/** In turned time another timer and two turns of the event loop take as much. */
const READING_MS = 35;

describe('SystemTokenClock', () => {
  const clock = new SystemTokenClock();

  it('reads the monotonic and the wall clock of the machine', () => {
    const before = [performance.now(), Date.now()] as const;
    const { monotonicMs, wallMs } = clock.read();
    expect(monotonicMs).toBeGreaterThanOrEqual(before[0]);
    expect(monotonicMs).toBeLessThanOrEqual(performance.now());
    expect(wallMs).toBeGreaterThanOrEqual(before[1]);
    expect(wallMs).toBeLessThanOrEqual(Date.now());
  });

  it('makes a scheduled call', async () => {
    await new Promise<void>((resolve) => clock.schedule(1, resolve).ref());
  });

  it('keeps the process alive only while told to', () => {
    const before = keptAlive();
    const scheduled = clock.schedule(60_000, () => {});
    expect(keptAlive()).toBe(before);
    scheduled.ref();
    expect(keptAlive()).toBe(before + 1);
    scheduled.unref();
    expect(keptAlive()).toBe(before);
    scheduled.ref();
    scheduled.cancel();
    expect(keptAlive()).toBe(before);
  });

  describe('by a turned clock', () => {
    it('makes no call before the longest delay that a timeout may be set to', () => {
      vi.useFakeTimers();
      try {
        const call = vi.fn<() => void>();
        clock.schedule(2 ** 31 - 1, call);
        vi.advanceTimersByTime(2 ** 31 - 2);
        expect(call).not.toHaveBeenCalled();
      } finally {
        vi.useRealTimers();
      }
    });

    it('makes a call after its delay, unless it is cancelled', () => {
      vi.useFakeTimers();
      try {
        const call = vi.fn<() => void>();
        const cancelled = vi.fn<() => void>();
        clock.schedule(1_000, call);
        const second = clock.schedule(1_000, cancelled);
        second.cancel();
        vi.advanceTimersByTime(999);
        expect(call).not.toHaveBeenCalled();
        vi.advanceTimersByTime(1 + EARLIEST_MS + READING_MS);
        expect(call).toHaveBeenCalledOnce();
        expect(cancelled).not.toHaveBeenCalled();
        second.cancel();
      } finally {
        vi.useRealTimers();
      }
    });
  });
});
