import { describe, expect, it } from 'vitest';

import { publishedStore } from '../../../lib/store/store-channel.js';
import type { StoredValue } from '../../../lib/store/token-store.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { MemoryTokenStore } from '../../../lib/testing/store/memory.token-store.js';
import { publishedOperations } from '../../support/channels.js';
import { rejectionOf } from '../../support/rejection.js';

const whose = { client: 'reports', tenant: '1a2b3c4d' };

function stored() {
  const clock = new ManualTokenClock();
  const store = new MemoryTokenStore({ clock });
  const overdue = new AbortController();
  const published = () => publishedStore(store, whose, clock, overdue.signal);
  const never = clock.wallNow() + 60_000;
  const write = (replaces?: string) =>
    published().write('key', 'value', {
      ...{ ttlMs: 1_000, notAfter: never },
      replaces,
    });
  const lock = (owner: string) =>
    published().tryLock('lock', owner, { leaseMs: 1_000, notAfter: never });
  return { clock, store, overdue, published, write, lock };
}

describe('The channel of stores', () => {
  it('tells what was asked, what came of it, and how long it took', async () => {
    const operations = publishedOperations();
    const { published, write, lock } = stored();

    await published().read('key');
    await write();
    await write();
    await published().read('key');
    await lock('a');
    await lock('b');
    await published().unlock('lock', 'a');

    expect(
      operations.map(({ operation, outcome }) => `${operation}: ${outcome}`),
    ).toEqual([
      'read: miss',
      'write: hit',
      'write: miss',
      'read: hit',
      'tryLock: hit',
      'tryLock: miss',
      'unlock: hit',
    ]);
    expect(operations[0]).toStrictEqual({
      ...whose,
      store: 'memory',
      operation: 'read',
      outcome: 'miss',
      durationMs: 0,
    });
  });

  it('tells of an error, and of the wait for an answer that does not come', async () => {
    const operations = publishedOperations();
    const { clock, store, overdue, published } = stored();
    const tooLate = new Error('too late');

    store.fault = 'fail';
    await rejectionOf(published().read('key'));
    store.fault = 'hang';
    const rejection = rejectionOf(published().read('key'));
    await clock.advance(250);
    overdue.abort(tooLate);

    expect(await rejection).toBe(tooLate);
    expect(operations).toMatchObject([
      { outcome: 'error', durationMs: 0 },
      { outcome: 'timeout', durationMs: 250 },
    ]);
  });

  it('tells of a store that throws, or answers with anything', async () => {
    const operations = publishedOperations();
    const { store, published } = stored();

    store.read = () => Promise.resolve(undefined as unknown as StoredValue);
    expect(await published().read('key')).toBeUndefined();
    store.read = () => {
      throw new Error('at once');
    };
    await rejectionOf(published().read('key'));

    expect(operations.map(({ outcome }) => outcome)).toEqual(['miss', 'error']);
  });

  it('is the store itself while nobody has subscribed', () => {
    const { store, published } = stored();

    expect(published()).toBe(store);
  });
});
