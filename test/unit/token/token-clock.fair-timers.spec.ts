import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, it, vi } from 'vitest';

import { SystemTokenClock } from '../../../lib/token/token-clock.js';

/** Keeps this process from running its timers. */
function compute(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** How many timers keep this process alive. */
function keptAlive(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout')
    .length;
}

describe('The timers of SystemTokenClock', () => {
  const clock = new SystemTokenClock();

  it('gives back the time by which it comes late', async () => {
    const startedAtMs = performance.now();
    await new Promise<void>((resolve) => {
      clock.schedule(20, resolve).ref();
      compute(120);
    });
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(20 + 2 * 95);
  });

  it('gives back a second at the most', async () => {
    await new Promise<void>((resolve) => {
      clock.schedule(1, resolve).ref();
      compute(1_500);
    });
    const setTimeouts = vi.spyOn(globalThis, 'setTimeout');
    try {
      const timer = clock.schedule(1, () => {});
      compute(1_500);
      await turn();
      await turn();
      expect(setTimeouts.mock.calls.map(([, ms]) => ms)).toContain(1_000);
      timer.cancel();
    } finally {
      setTimeouts.mockRestore();
    }
  });

  it('makes no call that is cancelled by what arrived meanwhile, however late', async () => {
    const call = vi.fn<() => void>();
    const timer = clock.schedule(1, call);
    compute(20);
    await turn();
    timer.cancel();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(call).not.toHaveBeenCalled();
  });

  it('makes no call that is cancelled while the event loop turns', () => {
    vi.useFakeTimers();
    try {
      const call = vi.fn<() => void>();
      const timer = clock.schedule(1, call);
      // The timer, what is given back, and the first of two turns.
      for (let n = 0; n < 3; n += 1) vi.advanceTimersToNextTimer();
      expect(vi.getTimerCount()).toBe(1);
      timer.cancel();
      vi.advanceTimersToNextTimer();
      expect(call).not.toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });

  it('keeps the process alive while told to, also when it is late', async () => {
    const timer = clock.schedule(1, () => {});
    timer.ref();
    compute(500);
    await turn();
    await turn();
    const withIt = keptAlive();
    timer.unref();
    expect(keptAlive()).toBe(withIt - 1);
    timer.cancel();
  });
});
