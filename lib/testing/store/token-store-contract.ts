import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

import type {
  LockConditions,
  TokenStore,
  WriteConditions,
} from '../../store/token-store.js';

/** How {@link tokenStoreContract} goes about it. */
export interface TokenStoreContractOptions {
  /**
   * How many ask at once for what one of them may get.
   *
   * @default 32
   */
  readonly callers?: number | undefined;
  /**
   * Lets time pass on the store's clock, in milliseconds. Needed for a store whose clock a test moves.
   *
   * @default waiting
   */
  readonly pass?: ((ms: number) => Promise<unknown>) | undefined;
}

/** One thing that a store must do, to be handed to a test runner. */
export interface TokenStoreContractCase {
  /** What the store must do. */
  readonly name: string;
  /** Rejects with an `AssertionError` when it does not. */
  readonly run: () => Promise<void>;
}

/**
 * The contract of a {@link TokenStore} as tests, for those who write another store. They run in any test runner, and each under
 * keys of its own, so that nothing has to be cleaned up.
 *
 * @param makeStore - makes a store that is ready, as each replica has one: all that it makes share what they keep. Called once
 * or more in each test.
 * @returns tests for the runner.
 *
 * @example
 * ```ts
 * const client = createClient();
 * for (const { name, run } of tokenStoreContract(() => new EtcdTokenStore(client)))
 *   it(name, run);
 * ```
 */
export function tokenStoreContract(
  makeStore: () => TokenStore | Promise<TokenStore>,
  { callers = 32, pass = wait }: TokenStoreContractOptions = {},
): readonly TokenStoreContractCase[] {
  return Object.entries(CASES).map(([name, run]) => ({
    name,
    run: async () => {
      const store = await makeStore();
      const { now } = await store.read(newKey());
      await run({ store, now, makeStore, callers, pass });
    },
  }));
}

interface Trial {
  readonly store: TokenStore;
  /** What the store's clock showed as the test began. */
  readonly now: number;
  readonly makeStore: () => TokenStore | Promise<TokenStore>;
  readonly callers: number;
  readonly pass: (ms: number) => Promise<unknown>;
}

/** Longer than any of these tests. */
const LONG_MS = 600_000;

/** For what shall end while a test waits, and not before it has asked once more. */
const SHORT_MS = 500;

const CASES: Record<string, (trial: Trial) => Promise<void>> = {
  'says what it is, and can be asked': async ({ store }) => {
    assert.notEqual(store.name, '');
    assert.ok(store.timeoutMs > 0, 'timeoutMs is above 0');
    assert.equal(store.look(), 'ready');
  },

  'reads nothing where nothing was written': async ({ store, now }) => {
    const read = await store.read(newKey());

    assert.equal(read.value, undefined);
    assert.equal(read.ttlMs, 0);
    assert.ok(read.now >= now, 'the clock does not go back');
  },

  'reads what was written, and for how much longer it is kept': async ({
    store,
    now,
  }) => {
    const key = newKey();
    const value = randomBytes(48 * 1024).toString('base64');

    assert.equal(await store.write(key, value, over(undefined, now)), true);
    const read = await store.read(key);

    assert.equal(read.value, value);
    const endsAt = read.now + read.ttlMs;
    assert.ok(read.ttlMs <= LONG_MS, 'it is kept no longer than was said');
    assert.ok(
      endsAt >= now + LONG_MS - 1,
      'it is kept for as long as was said',
    );
  },

  'forgets a value when its time is over': async ({ store, now, pass }) => {
    const key = newKey();
    await store.write(key, 'a', { ...over(undefined, now), ttlMs: SHORT_MS });
    await pass(SHORT_MS + 20);

    const { value, ttlMs } = await store.read(key);
    assert.deepEqual({ value, ttlMs }, { value: undefined, ttlMs: 0 });
    assert.equal(await store.write(key, 'b', over('a', now)), false);
    assert.equal(await store.write(key, 'b', over(undefined, now)), true);
  },

  'writes over nothing only where there is nothing': async ({ store, now }) => {
    const key = newKey();

    assert.equal(await store.write(key, 'a', over(undefined, now)), true);
    assert.equal(await store.write(key, 'b', over(undefined, now)), false);
    assert.equal((await store.read(key)).value, 'a');
  },

  'writes over the very value that was read': async ({ store, now }) => {
    const key = newKey();
    const halfMs = LONG_MS / 2;
    await store.write(key, 'a', { ...over(undefined, now), ttlMs: halfMs });

    assert.equal(await store.write(key, 'c', over('b', now)), false);
    assert.equal((await store.read(key)).value, 'a');
    assert.equal(await store.write(key, 'b', over('a', now)), true);
    const { value, ttlMs } = await store.read(key);
    assert.equal(value, 'b');
    assert.ok(ttlMs > halfMs, 'its time begins anew');
  },

  'writes nothing after its moment': async ({ store, now }) => {
    const [key, another] = [newKey(), newKey()];
    const late = { ...over(undefined, now), notAfter: now - 1 };
    await store.write(another, 'a', over(undefined, now));

    assert.equal(await store.write(key, 'a', late), false);
    assert.equal((await store.read(key)).value, undefined);
    const lateOver = { ...late, replaces: 'a' };
    assert.equal(await store.write(another, 'b', lateOver), false);
    assert.equal((await store.read(another)).value, 'a');
  },

  'lets one of many write over the same value': async (trial) => {
    const key = newKey();
    for (const replaces of [undefined, 'replaced']) {
      const [written, ...more] = await winners(trial, (store, caller) =>
        store.write(key, `${replaces} ${caller}`, over(replaces, trial.now)),
      );
      assert.deepEqual(more, []);
      const { value } = await trial.store.read(key);
      assert.equal(value, `${replaces} ${written}`);
      await trial.store.write(key, 'replaced', over(value, trial.now));
    }
  },

  'gives a lock to one owner, who may ask again': async ({ store, now }) => {
    const key = newKey();

    assert.equal(await store.tryLock(key, 'a', lease(now)), true);
    assert.equal(await store.tryLock(key, 'b', lease(now)), false);
    assert.equal(await store.tryLock(key, 'a', lease(now)), true);
  },

  'ends a lock with its lease, which does not begin anew when its owner asks again':
    async ({ store, now, pass }) => {
      const key = newKey();
      const short = { ...lease(now), leaseMs: SHORT_MS };
      await store.tryLock(key, 'a', short);

      assert.equal(await store.tryLock(key, 'a', lease(now)), true);
      await pass(SHORT_MS + 20);
      assert.equal(await store.tryLock(key, 'b', lease(now)), true);
    },

  'gives no lock after its moment': async ({ store, now }) => {
    const [key, another] = [newKey(), newKey()];
    const late = { ...lease(now), notAfter: now - 1 };
    await store.tryLock(another, 'a', lease(now));

    assert.equal(await store.tryLock(key, 'a', late), false);
    assert.equal(await store.tryLock(key, 'b', lease(now)), true);
    assert.equal(await store.tryLock(another, 'a', late), true);
  },

  'takes a lock back from its owner only': async ({ store, now }) => {
    const key = newKey();
    await store.unlock(key, 'a');
    await store.tryLock(key, 'a', lease(now));

    await store.unlock(key, 'b');
    assert.equal(await store.tryLock(key, 'b', lease(now)), false);
    await store.unlock(key, 'a');
    assert.equal(await store.tryLock(key, 'b', lease(now)), true);
  },

  'gives a lock to one of many': async (trial) => {
    const key = newKey();
    const locked = await winners(trial, (store, caller) =>
      store.tryLock(key, `owner ${caller}`, lease(trial.now)),
    );

    assert.equal(locked.length, 1);
  },

  'keeps keys apart, also those of one credential': async ({ store, now }) => {
    const name = newKey();
    const keys = [`${name}:t`, `${name}:h`, `${newKey()}:t`];
    await store.tryLock(`${name}:l`, 'a', lease(now));

    for (const key of keys)
      assert.equal(await store.write(key, key, over(undefined, now)), true);
    for (const key of keys) assert.equal((await store.read(key)).value, key);
    await store.unlock(`${name}:l`, 'a');
    for (const key of keys) assert.equal((await store.read(key)).value, key);
  },
};

/** As the module makes them: what is in braces says where a Redis Cluster keeps it. */
function newKey(): string {
  return `{${randomBytes(16).toString('hex')}}`;
}

function over(replaces: string | undefined, now: number): WriteConditions {
  return { replaces, ttlMs: LONG_MS, notAfter: now + LONG_MS };
}

function lease(now: number): LockConditions {
  return { leaseMs: LONG_MS, notAfter: now + LONG_MS };
}

/** The numbers of those among many callers, each with a store of its own, who get what all ask for at once. */
async function winners(
  { callers, makeStore }: Trial,
  ask: (store: TokenStore, caller: number) => Promise<boolean>,
): Promise<number[]> {
  const stores = await Promise.all(
    Array.from({ length: callers }, async () => makeStore()),
  );
  const answers = await Promise.all(stores.map(ask));
  return answers.flatMap((got, caller) => (got ? [caller] : []));
}

async function wait(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
