import { describe, expect, it } from 'vitest';

import {
  ManualTokenClock,
  MemoryTokenStore,
} from '../../../../lib/testing/index.js';

const CONDITIONS = { replaces: undefined, notAfter: Infinity };

describe('MemoryTokenStore', () => {
  it('goes by the wall clock that it is given', async () => {
    const clock = new ManualTokenClock({ wallMs: 1_000 });
    const store = new MemoryTokenStore({ clock });

    await store.write('key', 'value', { ...CONDITIONS, ttlMs: 100 });
    await store.tryLock('lock', 'owner', { leaseMs: 100, notAfter: 1_000 });
    await clock.advance(99);
    expect(await store.read('key')).toStrictEqual({
      value: 'value',
      ttlMs: 1,
      now: 1_099,
    });

    clock.setWallClock(1);
    expect(await store.read('key')).toStrictEqual({
      value: undefined,
      ttlMs: 0,
      now: 1_100,
    });
    const late = { leaseMs: 100, notAfter: 1_099 };
    expect(await store.tryLock('lock', 'another', late)).toBe(false);
    const inTime = { leaseMs: 100, notAfter: 1_100 };
    expect(await store.tryLock('lock', 'another', inTime)).toBe(true);
  });

  it('does not pile up what has ended', async () => {
    const clock = new ManualTokenClock();
    const store = new MemoryTokenStore({ clock });
    await store.write('kept', 'value', { ...CONDITIONS, ttlMs: 1e9 });

    for (let count = 0; count < 10_000; count += 1) {
      await store.write(`key ${count}`, '', { ...CONDITIONS, ttlMs: 1 });
      clock.setWallClock(1);
    }

    expect(store.size).toBeLessThanOrEqual(256);
    expect(await store.read('kept')).toMatchObject({ value: 'value' });
  });

  it('keeps everything that has not ended', async () => {
    const store = new MemoryTokenStore();

    for (let count = 0; count < 1_000; count += 1)
      await store.write(`key ${count}`, '', { ...CONDITIONS, ttlMs: 1e9 });

    expect(store.size).toBe(1_000);
    store.clear();
    expect(store.size).toBe(0);
  });

  it('is as ready as a test says', () => {
    const store = new MemoryTokenStore();

    expect(store.look()).toBe('ready');
    store.readiness = 'down';
    expect(store.look()).toBe('down');
  });

  it('fails where a test says so, having done nothing', async () => {
    const store = new MemoryTokenStore();
    const write = () =>
      store.write('key', 'value', { ...CONDITIONS, ttlMs: 1e9 });

    store.fault = 'fail';
    await expect(write()).rejects.toThrow('The store fails.');
    store.fault = undefined;
    expect(await store.read('key')).toMatchObject({ value: undefined });
    expect(await write()).toBe(true);
  });

  it('hangs where a test says so', async () => {
    const store = new MemoryTokenStore();

    store.fault = 'hang';
    const read = store.read('key');
    const turn = new Promise((resolve) => setImmediate(resolve, 'hangs'));

    expect(await Promise.race([read, turn])).toBe('hangs');
  });

  it('takes the limit and the keys that a store may have', () => {
    const encryptionKeys = [new Uint8Array(32)];

    expect(new MemoryTokenStore()).toMatchObject({ timeoutMs: 250 });
    expect(
      new MemoryTokenStore({ timeoutMs: 50, encryptionKeys }),
    ).toMatchObject({ timeoutMs: 50, encryptionKeys });
  });
});
