import { getEventListeners } from 'node:events';

import { describe, expect, it } from 'vitest';

import { abortable } from '../../../lib/token/abortable.js';
import { unhandledRejectionsOf } from '../../support/unhandled-rejections.js';

const never = new Promise<string>(() => {});

describe('abortable', () => {
  it.each([
    ['with a signal', new AbortController().signal],
    ['without a signal', undefined],
  ])('gives what the promise gives, %s', async (_, signal) => {
    await expect(abortable(Promise.resolve('landed'), signal)).resolves.toBe(
      'landed',
    );
    await expect(
      abortable(Promise.reject(new Error('crashed')), signal),
    ).rejects.toThrow('crashed');
  });

  it('rejects with the very reason of the signal once it aborts', async () => {
    const controller = new AbortController();
    const reason = { why: 'the browser went away' };
    const waiting = abortable(never, controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it('rejects with the reason of a signal that has aborted already', async () => {
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(abortable(never, signal)).rejects.toThrow('too late');
  });

  it.each([
    ['resolves', () => Promise.resolve()],
    ['rejects', () => Promise.reject(new Error('crashed'))],
  ])('leaves no listener once the promise %s', async (_, settle) => {
    const { signal } = new AbortController();
    const waiting = abortable(settle(), signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await waiting.catch(() => {});
    await Promise.resolve();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('adds one listener for all who wait for one signal, and takes it off with the last', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    let land: (value: string) => void = () => {};
    const early = abortable(
      new Promise<string>((resolve) => {
        land = resolve;
      }),
      signal,
    );
    const waiting = Array.from({ length: 20 }, () => abortable(never, signal));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);

    land('landed');
    await expect(early).resolves.toBe('landed');
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    controller.abort(new Error('called off'));
    for (const one of await Promise.allSettled(waiting))
      expect(one).toMatchObject({ reason: new Error('called off') });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('listens again to a signal that nobody waited for meanwhile', async () => {
    const controller = new AbortController();
    await abortable(Promise.resolve(), controller.signal);
    await Promise.resolve();
    const waiting = abortable(never, controller.signal);
    controller.abort(new Error('called off'));
    await expect(waiting).rejects.toThrow('called off');
  });

  it('leaves no listener once the signal aborts', async () => {
    const controller = new AbortController();
    const waiting = abortable(never, controller.signal);
    controller.abort(new Error('called off'));
    await expect(waiting).rejects.toThrow('called off');
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('ignores what becomes of the promise after the signal aborted', async () => {
    const unhandled = await unhandledRejectionsOf(async () => {
      const controller = new AbortController();
      let crash: (error: Error) => void = () => {};
      const promise = new Promise((_, reject) => {
        crash = reject;
      });
      const waiting = abortable(promise, controller.signal);
      controller.abort(new Error('called off'));
      crash(new Error('crashed later'));
      await expect(waiting).rejects.toThrow('called off');
    });
    expect(unhandled).toEqual([]);
  });
});
