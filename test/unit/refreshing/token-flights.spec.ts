import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';

import { describe, expect, it, vi } from 'vitest';

import type { Flight } from '../../../lib/refreshing/flight.js';
import { TokenFlights } from '../../../lib/refreshing/token-flights.js';
import type { Unauthorized } from '../../../lib/refreshing/unauthorized-policy.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import { StaticTokenSource } from '../../../lib/token/static.token-source.js';
import { DecisionLog } from '../../../lib/token/token-event.js';
import { onWait } from '../../support/channels.js';
import { unhandledRejectionsOf } from '../../support/unhandled-rejections.js';
import { watch } from '../../support/watched-promise.js';

type Work = (flight: Flight) => Promise<AccessToken>;

const FIRST = new AccessToken('first');
const NEXT = new AccessToken('next');
const overdue = expect.objectContaining({
  message: 'The token endpoint gave no token within 10000 ms.',
});

function hangar() {
  const clock = new ManualTokenClock();
  const source = new StaticTokenSource(FIRST);
  let fly: Work;
  const flights = new TokenFlights(
    { source, clock, decisions: new DecisionLog(clock), flightMs: 10_000 },
    (flight) => fly(flight),
  );
  const launch = (work: Work, unauthorized?: Unauthorized) => {
    fly = work;
    return unauthorized === undefined
      ? flights.fetch(false)
      : flights.renew(unauthorized);
  };
  return { clock, flights, launch };
}

/** Work that goes on until the test ends it. */
function openWork() {
  let land: (token: AccessToken) => void = () => {};
  let crash: (error: Error) => void = () => {};
  const end = new Promise<AccessToken>((resolve, reject) => {
    land = resolve;
    crash = reject;
  });
  return {
    work: () => end,
    land: () => land(FIRST),
    crash: (error: Error) => crash(error),
  };
}

describe('TokenFlights', () => {
  it('knows who has waited while anybody listens, and nothing of it otherwise', async () => {
    const { launch } = hangar();
    const { work, land } = openWork();
    const flight = launch(work);
    const heard: unknown[] = [];

    const before = flight.join(undefined);
    expect(flight.waits).toEqual([]);
    onWait((wait) => heard.push(wait));
    const after = flight.join(undefined);
    land();
    await Promise.all([before, after]);

    expect(heard).toStrictEqual([{ client: 'default' }]);
    expect(flight.waits[0]).toBe(heard[0]);
  });

  it('is found by its own work, which may ask for what it is to bring', async () => {
    const { launch } = hangar();
    const found: unknown[] = [];
    const flight = launch(async () => {
      found.push(launch(async () => NEXT));
      return FIRST;
    });

    expect(await flight.landed).toBe(FIRST);
    expect(found[0]).toBe(flight);
  });

  it('lets one flight be in the air, and the next after it landed', async () => {
    const { flights, launch } = hangar();
    const open = openWork();
    const first = launch(open.work);
    expect(launch(async () => NEXT)).toBe(first);
    expect(flights.current).toBe(first);
    open.land();
    await expect(first.join(undefined)).resolves.toBe(FIRST);
    expect(flights.current).toBeUndefined();
    const next = launch(async () => NEXT);
    await expect(next.join(undefined)).resolves.toBe(NEXT);
  });

  it('keeps no failure for the next one', async () => {
    const { flights, launch } = hangar();
    const failing = launch(async () => {
      throw new Error('crashed');
    });
    await expect(failing.join(undefined)).rejects.toThrow('crashed');
    expect(flights.current).toBeUndefined();
    const next = launch(async () => NEXT);
    await expect(next.join(undefined)).resolves.toBe(NEXT);
  });

  it('flies outside the async context of the one who launched it', async () => {
    const context = new AsyncLocalStorage<string>();
    const { clock, launch } = hangar();
    const seen: unknown[] = [];
    const flight = context.run('request 1', () =>
      launch(async (flight) => {
        seen.push(context.getStore());
        await flight.pause(10);
        seen.push(context.getStore());
        return FIRST;
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
    const { clock, launch } = hangar();
    await clock.advance(7);
    const flight = launch(openWork().work);
    expect(flight).toMatchObject({ ageMs: 0, leftMs: 10_000 });
    await clock.advance(9_000);
    expect(flight).toMatchObject({ ageMs: 9_000, leftMs: 1_000 });
    expect(flight.isUrgent).toBe(false);
  });

  it('carries the unauthorized token that it took off for', () => {
    const { launch } = hangar();
    const unauthorized = { token: new AccessToken('old'), origin: 'https://a' };
    const seen: unknown[] = [];
    const flight = launch(async (flight) => {
      seen.push(flight.unauthorized);
      return FIRST;
    }, unauthorized);
    expect(seen).toEqual([unauthorized]);
    expect(flight.unauthorized).toBe(unauthorized);
  });

  it('carries the last unauthorized token that joined it, and knows since when', async () => {
    const { clock, launch } = hangar();
    const flight = launch(openWork().work);
    expect(flight.unauthorized).toBeUndefined();
    await clock.advance(7);
    const unauthorized = { token: new AccessToken('old'), origin: 'https://a' };
    expect(launch(openWork().work, unauthorized)).toBe(flight);
    launch(openWork().work);
    expect(flight.unauthorized).toEqual({ ...unauthorized, joinedAtMs: 7 });
  });

  it('is ended by its deadline, and tells the work by its signal', async () => {
    const { clock, flights, launch } = hangar();
    const flight = launch(openWork().work);
    const waiting = watch(flight.join(undefined));
    await clock.advance(9_999);
    expect(waiting.state).toBe('pending');
    expect(flight.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(waiting.reason).toEqual(overdue);
    expect(flight.signal.reason).toBe(waiting.reason);
    expect(flights.current).toBeUndefined();
  });

  it('ends for all who wait when it is called off', async () => {
    const { clock, launch } = hangar();
    const flight = launch(openWork().work);
    const waiting = [watch(flight.join(undefined)), watch(flight.landed)];
    const reason = new Error('shut down');
    flight.abort(reason);
    await clock.advance(0);
    expect(waiting.map((one) => one.reason)).toEqual([reason, reason]);
    expect(clock.scheduled.all).toBe(0);
  });

  it('ignores what work brings after it was called off, but lets it say why it ended', async () => {
    const unhandled = await unhandledRejectionsOf(async () => {
      const { clock, launch } = hangar();
      for (const end of ['land', 'crash'] as const) {
        const open = openWork();
        const flight = launch(open.work);
        flight.abort(new Error('shut down'));
        if (end === 'land') open.land();
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
      const { clock, flights, launch } = hangar();
      launch(async () => {
        throw new Error('crashed');
      });
      await clock.advance(0);
      launch(openWork().work);
      await clock.advance(10_000);
      expect(flights.current).toBeUndefined();
    });
    expect(unhandled).toEqual([]);
  });

  it('keeps the process alive only while somebody waits', async () => {
    const { clock, launch } = hangar();
    const open = openWork();
    const flight = launch(open.work);
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
    open.land();
    await clock.advance(0);
    expect(clock.scheduled).toEqual({ all: 0, ref: 0 });
  });

  describe.each<[string, (flight: Flight, s: AbortSignal) => unknown]>([
    ['join', (flight, signal) => flight.join(signal)],
    ['joinFor', (flight, signal) => flight.joinFor(2_000, signal)],
  ])('%s', (_, wait) => {
    const joining = (flight: Flight, signal: AbortSignal) =>
      watch(Promise.resolve(wait(flight, signal)));

    it('detaches one caller alone when its signal aborts', async () => {
      const { clock, launch } = hangar();
      const open = openWork();
      const flight = launch(open.work);
      const controller = new AbortController();
      const leaving = joining(flight, controller.signal);
      const staying = watch(flight.join(undefined));
      const reason = new Error('the browser went away');
      controller.abort(reason);
      await clock.advance(0);
      expect(leaving.reason).toBe(reason);
      expect(flight.signal.aborted).toBe(false);
      expect(staying.state).toBe('pending');
      open.land();
      await clock.advance(0);
      expect(staying.value).toBe(FIRST);
    });

    it.each(['land', 'crash'] as const)(
      'takes its listener off the signal once the flight does %s',
      async (end) => {
        const { clock, launch } = hangar();
        const open = openWork();
        const flight = launch(open.work);
        const { signal } = new AbortController();
        joining(flight, signal);
        expect(getEventListeners(signal, 'abort')).toHaveLength(1);
        if (end === 'land') open.land();
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
        const { clock, launch } = hangar();
        const open = openWork();
        const flight = launch(open.work);
        const waiting = watch(flight.joinFor(2_000, undefined));
        await clock.advance(1_999);
        expect(waiting.state).toBe('pending');
        if (end === 'land') open.land();
        else open.crash(new Error('crashed'));
        await clock.advance(0);
        expect(waiting.state).toBe('fulfilled');
        expect(clock.scheduled.all).toBe(0);
      },
    );

    it('ends at its limit, while the flight goes on', async () => {
      const { clock, flights, launch } = hangar();
      const flight = launch(openWork().work);
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
      const { clock, launch } = hangar();
      const flight = launch(openWork().work);
      const pause = watch(flight.pause(500));
      await clock.advance(499);
      expect(pause.state).toBe('pending');
      await clock.advance(1);
      expect(pause.state).toBe('fulfilled');
      expect(clock.scheduled.all).toBe(1);
    });

    it('that comes late, as after a freeze, does not outlast the flight', async () => {
      const { clock, launch } = hangar();
      const flight = launch(openWork().work);
      const pause = watch(flight.pause(500));
      const frozen = vi.spyOn(clock, 'monotonicNow').mockReturnValue(10_000);
      await clock.advance(500);
      frozen.mockRestore();
      expect(pause.state).toBe('pending');
      await clock.advance(9_500);
      expect(pause.reason).toEqual(overdue);
    });

    it('ends with the flight, and leaves no timer', async () => {
      const { clock, launch } = hangar();
      const flight = launch(openWork().work);
      const pause = watch(flight.pause(500));
      flight.abort(new Error('shut down'));
      await clock.advance(0);
      expect(pause.reason).toEqual(new Error('shut down'));
      expect(clock.scheduled.all).toBe(0);
    });
  });
});
