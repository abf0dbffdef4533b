import { getEventListeners } from 'node:events';

import { describe, expect, it } from 'vitest';

import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import {
  abortable,
  sleep,
  withDeadline,
} from '../../../lib/token/abortable.js';
import { watch } from '../../support/watched-promise.js';

const never = new Promise<string>(() => {});
const overdue = () => new Error('overdue');
const gone = new Error('gone');

describe('withDeadline', () => {
  it.each([
    ['resolves', () => Promise.resolve('done'), 'fulfilled'],
    ['rejects', () => Promise.reject(gone), 'rejected'],
  ] as const)(
    'gives what the work does, and leaves no timer: it %s',
    async (_, work, state) => {
      const clock = new ManualTokenClock();
      const result = watch(withDeadline(clock, 500, overdue, work));
      await clock.advance(0);
      expect(result.state).toBe(state);
      expect(clock.scheduled.all).toBe(0);
    },
  );

  it('aborts the signal of the work at the deadline', async () => {
    const clock = new ManualTokenClock();
    const result = watch(
      withDeadline(clock, 500, overdue, (signal) => abortable(never, signal)),
    );
    await clock.advance(499);
    expect(result.state).toBe('pending');
    await clock.advance(1);
    expect(result.reason).toEqual(overdue());
  });

  it('waits for work that has more to say after its deadline', async () => {
    const clock = new ManualTokenClock();
    const result = watch(
      withDeadline(clock, 500, overdue, async (signal) => {
        await abortable(never, signal).catch(() => {});
        return 'all the same';
      }),
    );
    await clock.advance(500);
    expect(result.value).toBe('all the same');
  });

  it('aborts the work earlier, with the reason of the signal it is given', async () => {
    const clock = new ManualTokenClock();
    const controller = new AbortController();
    const { signal } = controller;
    const result = watch(
      withDeadline(
        clock,
        500,
        overdue,
        (either) => abortable(never, either),
        signal,
      ),
    );
    controller.abort(gone);
    await clock.advance(0);
    expect(result.reason).toBe(gone);
    expect(clock.scheduled.all).toBe(0);
  });

  it.each([
    ['without a signal', undefined, 1],
    ['not with one', new AbortController().signal, 0],
  ])('keeps the process alive %s', (_, signal, ref) => {
    const clock = new ManualTokenClock();
    void withDeadline(clock, 500, overdue, () => never, signal);
    expect(clock.scheduled).toEqual({ all: 1, ref });
  });
});

describe('sleep', () => {
  it('lets time pass, and does not keep the process alive', async () => {
    const clock = new ManualTokenClock();
    const sleeping = watch(sleep(clock, 500, undefined));
    expect(clock.scheduled).toEqual({ all: 1, ref: 0 });
    await clock.advance(499);
    expect(sleeping.state).toBe('pending');
    await clock.advance(1);
    expect(sleeping.state).toBe('fulfilled');
    expect(clock.scheduled.all).toBe(0);
  });

  it.each([
    ['resolves', () => Promise.resolve()],
    ['rejects', () => Promise.reject(gone)],
  ])('ends early, without a failure, once the alarm %s', async (_, alarm) => {
    const clock = new ManualTokenClock();
    const sleeping = watch(sleep(clock, 500, undefined, alarm()));
    await clock.advance(0);
    expect(sleeping.state).toBe('fulfilled');
    expect(clock.scheduled.all).toBe(0);
  });

  it('throws the reason of the signal, and leaves neither timer nor listener', async () => {
    const clock = new ManualTokenClock();
    const controller = new AbortController();
    const sleeping = watch(sleep(clock, 500, controller.signal, never));
    controller.abort(gone);
    await clock.advance(0);
    expect(sleeping.reason).toBe(gone);
    expect(clock.scheduled.all).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });
});
