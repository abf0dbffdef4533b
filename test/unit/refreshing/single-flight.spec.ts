import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';

import { describe, expect, it, vi } from 'vitest';

import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import {
  type Flight,
  SingleFlight,
} from '../../../lib/refreshing/single-flight.js';
import { unhandledRejectionsOf } from '../../support/unhandled-rejections.js';
import { watch } from '../../support/watched-promise.js';

function hangar(deadlineMs = 10_000) {
  const clock = new ManualTokenClock();
  const flights = new SingleFlight<string>(
    clock,
    deadlineMs,
    () => new Error('overdue'),
  );
  return { clock, flights };
}

/** Work that goes on until the test ends it. */
function openWork() {
  let land: (value: string) => void = () => {};
  let crash: (error: Error) => void = () => {};
  const end = new Promise<string>((resolve, reject) => {
    land = resolve;
    crash = reject;
  });
  return {
    work: () => end,
    land: (value: string) => land(value),
    crash: (error: Error) => crash(error),
  };
}

describe('SingleFlight', () => {
  it('is found by its own work, which may ask for what it is to bring', async () => {
    const { flights } = hangar();
    const found: unknown[] = [];
    const flight = flights.launch(async () => {
      found.push(flights.launch(async () => 'another'));
      return 'landed';
    });

    expect(await flight.landed).toBe('landed');
    expect(found[0]).toBe(flight);
  });

  it('lets one flight be in the air, and the next after it landed', async () => {
    const { flights } = hangar();
    const open = openWork();
    const first = flights.launch(open.work);
    expect(flights.launch(async () => 'second')).toBe(first);
    expect(flights.current).toBe(first);
    open.land('first');
    await expect(first.join(undefined)).resolves.toBe('first');
    expect(flights.current).toBeUndefined();
    const next = flights.launch(async () => 'next');
    await expect(next.join(undefined)).resolves.toBe('next');
  });

  it('keeps no failure for the next one', async () => {
    const { flights } = hangar();
    const failing = flights.launch(async () => {
      throw new Error('crashed');
    });
    await expect(failing.join(undefined)).rejects.toThrow('crashed');
    expect(flights.current).toBeUndefined();
    const next = flights.launch(async () => 'next');
    await expect(next.join(undefined)).resolves.toBe('next');
  });

  it('flies outside the async context of the one who launched it', async () => {
    const context = new AsyncLocalStorage<string>();
    const { clock, flights } = hangar();
    const seen: unknown[] = [];
    const flight = context.run('request 1', () =>
      flights.launch(async (flight) => {
        seen.push(context.getStore());
        await flight.pause(10);
        seen.push(context.getStore());
        return 'landed';
      }),
    );
    const joined = context.run('request 2', async () => {
      await flight.join(undefined);
      return context.getStore();
    });
    await clock.advance(10);
    expect(seen).toEqual([undefined, undefined]);
    await expect(joined).resolves.toBe('request 2');
  });
});

describe('Flight', () => {
  it('knows how long it has been in the air and may still be', async () => {
    const { clock, flights } = hangar();
    await clock.advance(7);
    const flight = flights.launch(openWork().work);
    expect(flight).toMatchObject({ ageMs: 0, leftMs: 10_000 });
    await clock.advance(9_000);
    expect(flight).toMatchObject({ ageMs: 9_000, leftMs: 1_000 });
    expect(flight.isUrgent).toBe(false);
  });

  it('carries the unauthorized token that it took off for', () => {
    const { flights } = hangar();
    const unauthorized = { token: new AccessToken('old'), origin: 'https://a' };
    const seen: unknown[] = [];
    const flight = flights.launch(async (flight) => {
      seen.push(flight.unauthorized);
      return 'landed';
    }, unauthorized);
    expect(seen).toEqual([unauthorized]);
    expect(flight.unauthorized).toBe(unauthorized);
  });

  it('is ended by its deadline, and tells the work by its signal', async () => {
    const { clock, flights } = hangar();
    const flight = flights.launch(openWork().work);
    const waiting = watch(flight.join(undefined));
    await clock.advance(9_999);
    expect(waiting.state).toBe('pending');
    expect(flight.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(waiting.reason).toEqual(new Error('overdue'));
    expect(flight.signal.reason).toBe(waiting.reason);
    expect(flights.current).toBeUndefined();
  });

  it('ends for all who wait when it is called off', async () => {
    const { clock, flights } = hangar();
    const flight = flights.launch(openWork().work);
    const waiting = [watch(flight.join(undefined)), watch(flight.landed)];
    const reason = new Error('shut down');
    flight.abort(reason);
    await clock.advance(0);
    expect(waiting.map((one) => one.reason)).toEqual([reason, reason]);
    expect(clock.scheduled.all).toBe(0);
  });

  it('ignores what work brings after it was called off, but lets it say why it ended', async () => {
    const unhandled = await unhandledRejectionsOf(async () => {
      const { clock, flights } = hangar();
      for (const end of ['land', 'crash'] as const) {
        const open = openWork();
        const flight = flights.launch(open.work);
        flight.abort(new Error('shut down'));
        if (end === 'land') open.land('late');
        else open.crash(new Error('late'));
        await clock.advance(0);
        await expect(flight.landed).rejects.toThrow(
          end === 'land' ? 'shut down' : 'late',
        );
      }
    });
    expect(unhandled).toEqual([]);
  });

  it('leaves no unhandled rejection when nobody waits', async () => {
    const unhandled = await unhandledRejectionsOf(async () => {
      const { clock, flights } = hangar();
      flights.launch(async () => {
        throw new Error('crashed');
      });
      await clock.advance(0);
      flights.launch(openWork().work);
      await clock.advance(10_000);
      expect(flights.current).toBeUndefined();
    });
    expect(unhandled).toEqual([]);
  });

  it('keeps the process alive only while somebody waits', async () => {
    const { clock, flights } = hangar();
    const open = openWork();
    const flight = flights.launch(open.work);
    expect(clock.scheduled).toEqual({ all: 1, ref: 0 });
    const controller = new AbortController();
    const waiting = [
      watch(flight.join(controller.signal)),
      watch(flight.joinFor(2_000, undefined)),
    ];
    expect(clock.scheduled).toEqual({ all: 2, ref: 1 });
    controller.abort(new Error('gone'));
    await clock.advance(0);
    expect(clock.scheduled).toEqual({ all: 2, ref: 1 });
    await clock.advance(2_000);
    expect(clock.scheduled).toEqual({ all: 1, ref: 0 });
    expect(waiting.map(({ state }) => state)).toEqual([
      'rejected',
      'fulfilled',
    ]);
    open.land('landed');
    await clock.advance(0);
    expect(clock.scheduled).toEqual({ all: 0, ref: 0 });
  });

  describe.each<[string, (flight: Flight<string>, s: AbortSignal) => unknown]>([
    ['join', (flight, signal) => flight.join(signal)],
    ['joinFor', (flight, signal) => flight.joinFor(2_000, signal)],
  ])('%s', (_, wait) => {
    const joining = (flight: Flight<string>, signal: AbortSignal) =>
      watch(Promise.resolve(wait(flight, signal)));

    it('detaches one caller alone when its signal aborts', async () => {
      const { clock, flights } = hangar();
      const open = openWork();
      const flight = flights.launch(open.work);
      const controller = new AbortController();
      const leaving = joining(flight, controller.signal);
      const staying = watch(flight.join(undefined));
      const reason = new Error('the browser went away');
      controller.abort(reason);
      await clock.advance(0);
      expect(leaving.reason).toBe(reason);
      expect(flight.signal.aborted).toBe(false);
      expect(staying.state).toBe('pending');
      open.land('landed');
      await clock.advance(0);
      expect(staying.value).toBe('landed');
    });

    it.each(['land', 'crash'] as const)(
      'takes its listener off the signal once the flight does %s',
      async (end) => {
        const { clock, flights } = hangar();
        const open = openWork();
        const flight = flights.launch(open.work);
        const { signal } = new AbortController();
        joining(flight, signal);
        expect(getEventListeners(signal, 'abort')).toHaveLength(1);
        if (end === 'land') open.land('landed');
        else open.crash(new Error('crashed'));
        await clock.advance(0);
        expect(getEventListeners(signal, 'abort')).toHaveLength(0);
      },
    );
  });

  describe('joinFor', () => {
    it.each(['land', 'crash'] as const)(
      'ends as the flight does %s, however it goes',
      async (end) => {
        const { clock, flights } = hangar();
        const open = openWork();
        const flight = flights.launch(open.work);
        const waiting = watch(flight.joinFor(2_000, undefined));
        await clock.advance(1_999);
        expect(waiting.state).toBe('pending');
        if (end === 'land') open.land('landed');
        else open.crash(new Error('crashed'));
        await clock.advance(0);
        expect(waiting.state).toBe('fulfilled');
        expect(clock.scheduled.all).toBe(0);
      },
    );

    it('ends at its limit, while the flight goes on', async () => {
      const { clock, flights } = hangar();
      const flight = flights.launch(openWork().work);
      const waiting = watch(flight.joinFor(2_000, undefined));
      await clock.advance(1_999);
      expect(waiting.state).toBe('pending');
      await clock.advance(1);
      expect(waiting.state).toBe('fulfilled');
      expect(flights.current).toBe(flight);
    });
  });

  describe('pause', () => {
    it('lets time pass', async () => {
      const { clock, flights } = hangar();
      const flight = flights.launch(openWork().work);
      const pause = watch(flight.pause(500));
      await clock.advance(499);
      expect(pause.state).toBe('pending');
      await clock.advance(1);
      expect(pause.state).toBe('fulfilled');
      expect(clock.scheduled.all).toBe(1);
    });

    it('that comes late, as after a freeze, does not outlast the flight', async () => {
      const { clock, flights } = hangar();
      const flight = flights.launch(openWork().work);
      const pause = watch(flight.pause(500));
      const frozen = vi.spyOn(clock, 'monotonicNow').mockReturnValue(10_000);
      await clock.advance(500);
      frozen.mockRestore();
      expect(pause.state).toBe('pending');
      await clock.advance(9_500);
      expect(pause.reason).toEqual(new Error('overdue'));
    });

    it('ends with the flight, and leaves no timer', async () => {
      const { clock, flights } = hangar();
      const flight = flights.launch(openWork().work);
      const pause = watch(flight.pause(500));
      flight.abort(new Error('shut down'));
      await clock.advance(0);
      expect(pause.reason).toEqual(new Error('shut down'));
      expect(clock.scheduled.all).toBe(0);
    });
  });
});
