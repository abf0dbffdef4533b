import { describe, expect, it } from 'vitest';

import {
  type LockConditions,
  type StoredValue,
  type WriteConditions,
} from '../../../../lib/index.js';
import {
  ManualTokenClock,
  MemoryTokenStore,
  tokenStoreContract,
} from '../../../../lib/testing/index.js';

const clock = new ManualTokenClock();
const store = new MemoryTokenStore({ clock });

describe('MemoryTokenStore keeps the contract:', () => {
  const cases = tokenStoreContract(() => store, {
    pass: (ms) => clock.advance(ms),
  });

  it.each(cases.map(({ name, run }) => [name, run] as const))('%s', (_, run) =>
    run(),
  );
});

describe('MemoryTokenStore keeps the contract by the clock of the machine:', () => {
  const byTheMachine = new MemoryTokenStore();

  const cases = tokenStoreContract(() => byTheMachine, { callers: 2 });

  it.each(cases.map(({ name, run }) => [name, run] as const))('%s', (_, run) =>
    run(),
  );
});

const LONG = { ttlMs: 1e9, leaseMs: 1e9, notAfter: Infinity };

class Nameless extends MemoryTokenStore {
  override readonly name = '' as 'memory';
}

class Forgetful extends MemoryTokenStore {
  override async read(key: string): Promise<StoredValue> {
    return { ...(await super.read(key)), value: undefined };
  }
}

class Inventive extends MemoryTokenStore {
  override async read(key: string): Promise<StoredValue> {
    const read = await super.read(key);
    return { ...read, value: read.value ?? '' };
  }
}

class ReadsNoTime extends MemoryTokenStore {
  override async read(key: string): Promise<StoredValue> {
    return { ...(await super.read(key)), ttlMs: 0 };
  }
}

class NeverEnding extends MemoryTokenStore {
  override write(key: string, value: string, conditions: WriteConditions) {
    return super.write(key, value, { ...conditions, ttlMs: 1e9 });
  }
}

class NoCompare extends MemoryTokenStore {
  override async write(key: string, value: string, given: WriteConditions) {
    const { value: replaces } = await this.read(key);
    return super.write(key, value, { ...given, replaces });
  }
}

class ComparesPresence extends MemoryTokenStore {
  override async write(key: string, value: string, given: WriteConditions) {
    const { value: there } = await this.read(key);
    const isAsRead = (there === undefined) === (given.replaces === undefined);
    return isAsRead && super.write(key, value, { ...given, replaces: there });
  }
}

class WritesLate extends MemoryTokenStore {
  override write(key: string, value: string, conditions: WriteConditions) {
    return super.write(key, value, { ...conditions, notAfter: Infinity });
  }
}

class SaysYes extends MemoryTokenStore {
  override async write(key: string, value: string, given: WriteConditions) {
    await super.write(key, value, given);
    return true;
  }
}

class LocksForAll extends MemoryTokenStore {
  override async tryLock() {
    return true;
  }
}

class LocksOnce extends MemoryTokenStore {
  override async tryLock(key: string, owner: string, given: LockConditions) {
    const { value } = await this.read(key);
    return value === undefined && super.tryLock(key, owner, given);
  }
}

class LeasesAnew extends MemoryTokenStore {
  override async tryLock(key: string, owner: string, given: LockConditions) {
    await this.unlock(key, owner);
    return super.tryLock(key, owner, given);
  }
}

class LeasesForever extends MemoryTokenStore {
  override tryLock(key: string, owner: string, { notAfter }: LockConditions) {
    return super.tryLock(key, owner, { ...LONG, notAfter });
  }
}

class LocksLate extends MemoryTokenStore {
  override tryLock(key: string, owner: string, { leaseMs }: LockConditions) {
    return super.tryLock(key, owner, { ...LONG, leaseMs });
  }
}

class UnlocksForAll extends MemoryTokenStore {
  override async unlock(key: string) {
    const { value = '' } = await this.read(key);
    return super.unlock(key, value);
  }
}

class NeverUnlocks extends MemoryTokenStore {
  override async unlock() {}
}

class OneKeyForAll extends MemoryTokenStore {
  override read(key: string) {
    return super.read(key.split(':')[0] ?? '');
  }

  override write(key: string, value: string, conditions: WriteConditions) {
    return super.write(key.split(':')[0] ?? '', value, conditions);
  }
}

class NotAtomic extends MemoryTokenStore {
  override async write(key: string, value: string, given: WriteConditions) {
    const { value: there } = await this.read(key);
    if (there !== given.replaces) return false;
    await new Promise((resolve) => setImmediate(resolve));
    const { value: replaces } = await this.read(key);
    return super.write(key, value, { ...given, replaces });
  }

  override async tryLock(key: string, owner: string, given: LockConditions) {
    const { value = owner } = await this.read(key);
    if (value !== owner) return false;
    await new Promise((resolve) => setImmediate(resolve));
    await this.unlock(key, (await this.read(key)).value ?? '');
    return super.tryLock(key, owner, given);
  }
}

class GoesBack extends MemoryTokenStore {
  #now = 1e12;

  override async read(key: string): Promise<StoredValue> {
    this.#now -= 1;
    return { ...(await super.read(key)), now: this.#now };
  }
}

/** The beginning of a test that fails, by what the store gets wrong. */
const WRONG = [
  [Nameless, 'says what it is'],
  [Forgetful, 'reads what was written'],
  [Inventive, 'reads nothing where'],
  [GoesBack, 'reads nothing where'],
  [ReadsNoTime, 'reads what was written'],
  [NeverEnding, 'forgets a value'],
  [SaysYes, 'writes over nothing only'],
  [NoCompare, 'writes over the very value'],
  [ComparesPresence, 'writes over the very value'],
  [WritesLate, 'writes nothing after'],
  [NotAtomic, 'lets one of many write'],
  [NotAtomic, 'gives a lock to one of many'],
  [LocksForAll, 'gives a lock to one owner'],
  [LocksOnce, 'gives a lock to one owner'],
  [LeasesAnew, 'ends a lock with its lease'],
  [LeasesForever, 'ends a lock with its lease'],
  [LocksLate, 'gives no lock after'],
  [UnlocksForAll, 'takes a lock back'],
  [NeverUnlocks, 'takes a lock back'],
  [OneKeyForAll, 'keeps keys apart'],
] as const;

describe('tokenStoreContract', () => {
  it.each(WRONG.map(([Store, name]) => ({ Store, of: Store.name, name })))(
    'finds what is wrong with $of: $name',
    async ({ Store, name }) => {
      const wrong = new Store({ clock });
      const found = tokenStoreContract(() => wrong, {
        pass: (ms) => clock.advance(ms),
      }).filter((test) => test.name.startsWith(name));

      expect(found).toHaveLength(1);
      await expect(found[0]?.run()).rejects.toThrow(
        expect.objectContaining({ code: 'ERR_ASSERTION' }),
      );
    },
  );

  it('knows a fault for each of its tests', () => {
    const unbroken = tokenStoreContract(() => store).filter(
      ({ name }) => !WRONG.some(([, broken]) => name.startsWith(broken)),
    );

    expect(unbroken).toEqual([]);
  });

  it('asks with as many callers as it is told, each with a store of its own', async () => {
    let made = 0;
    const cases = tokenStoreContract(
      () => {
        made += 1;
        return store;
      },
      { callers: 5 },
    );

    await cases
      .find(({ name }) => name === 'gives a lock to one of many')
      ?.run();

    expect(made).toBe(6);
  });
});
