import { describe, expect, it } from 'vitest';

import { CredentialMemory } from '../../../lib/credential/credential-memory.js';
import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { MemoryTokenStore } from '../../../lib/testing/store/memory.token-store.js';
import type { TokenClock } from '../../../lib/token/token-clock.js';
import { replicas } from '../../support/replicas.js';
import { silence, tokenTower } from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const STEP_MS = 10;

/** What a cold process asks of the store before it sends a token request. */
const STEPS_BEFORE = [
  'reads',
  'takes the lock',
  'reads again',
  'reads the log',
  'notes the attempt',
];

/** Takes its time for each operation, and writes down what is done. */
class SlowStore extends MemoryTokenStore {
  readonly done: string[] = [];

  constructor(private readonly slow: TokenClock) {
    super({ clock: slow });
  }

  override read(...asked: Parameters<MemoryTokenStore['read']>) {
    return this.#slowly('read', () => super.read(...asked));
  }

  override write(...asked: Parameters<MemoryTokenStore['write']>) {
    return this.#slowly('write', () => super.write(...asked));
  }

  override tryLock(...asked: Parameters<MemoryTokenStore['tryLock']>) {
    return this.#slowly('lock', () => super.tryLock(...asked));
  }

  override unlock(...asked: Parameters<MemoryTokenStore['unlock']>) {
    return this.#slowly('unlock', () => super.unlock(...asked));
  }

  async #slowly<T>(name: string, act: () => Promise<T>): Promise<T> {
    await new Promise<void>(
      (resolve) => void this.slow.schedule(STEP_MS, resolve),
    );
    this.done.push(name);
    return act();
  }
}

describe('A process that shuts down while it fetches a token', () => {
  it.each(STEPS_BEFORE.map((what, step) => ({ what, step })))(
    'sends no token request when it $what, and gives back the lock',
    async ({ step }) => {
      const fleet = replicas(0);
      const store = new SlowStore(fleet.clock);
      const { tokens } = fleet.start({ store });
      const call = watch(tokens.getToken());
      await fleet.clock.advance((step + 0.5) * STEP_MS);
      tokens.close();
      await fleet.clock.advance(200);
      expect(fleet.requestedAt).toEqual([]);
      expect(call.reason).toMatchObject({
        code: AsposeAuthErrorCode.SHUT_DOWN,
      });
      expect(fleet.clock.scheduled.all).toBe(0);
      const count = (name: string) =>
        store.done.filter((done) => done === name).length;
      expect(count('unlock')).toBe(count('lock'));
    },
  );

  it('gives back the lock in the middle of a token request', async () => {
    const fleet = replicas(0);
    const store = new SlowStore(fleet.clock);
    fleet.answer = silence;
    const { tokens } = fleet.start({ store });
    const call = watch(tokens.getToken());
    await fleet.clock.advance(1_000);
    expect(fleet.requestedAt).toHaveLength(1);
    tokens.close();
    await fleet.clock.advance(200);
    expect(call.state).toBe('rejected');
    expect(store.done.at(-1)).toBe('unlock');
    expect(fleet.clock.scheduled.all).toBe(0);
  });

  it('has given back the lock once its work has ended', async () => {
    const clock = new ManualTokenClock();
    const store = new SlowStore(clock);
    const memory = new CredentialMemory(clock);
    const tower = tokenTower({ store }, { clock, memory });
    tower.answer = silence;
    watch(tower.tokens.getToken());
    await clock.advance(1_000);
    expect(tower.requests).toHaveLength(1);
    const done = memory.ended().then(() => [...store.done]);
    tower.tokens.close();
    await clock.advance(200);
    expect((await done).at(-1)).toBe('unlock');
  });

  it('sends nothing when the store hangs meanwhile', async () => {
    const fleet = replicas(1);
    fleet.store.fault = 'hang';
    const call = watch(fleet.towers[0]!.tokens.getToken());
    await fleet.clock.advance(100);
    fleet.towers[0]!.tokens.close();
    await fleet.clock.advance(1_000);
    expect(call.state).toBe('rejected');
    expect(fleet.requestedAt).toEqual([]);
    expect(fleet.clock.scheduled.all).toBe(0);
  });
});

it('A tower that goes leaves the work to one that shares its credential', async () => {
  const clock = new ManualTokenClock();
  const store = new SlowStore(clock);
  const shared = { clock, memory: new CredentialMemory(clock) };
  const [leaving, staying] = [
    tokenTower({ store }, shared),
    tokenTower({ store }, shared),
  ];
  const calls = [leaving, staying].map(({ tokens }) =>
    watch(tokens.getToken()),
  );
  await clock.advance(2.5 * STEP_MS);
  leaving.tokens.close();
  await clock.advance(1_000);
  expect(calls.map(({ state }) => state)).toEqual(['rejected', 'fulfilled']);
  expect([leaving, staying].map(({ requests }) => requests.length)).toEqual([
    0, 1,
  ]);
});
