import { CredentialMemory } from '../../lib/credential/credential-memory.js';
import type { AsposeAuthModuleOptions } from '../../lib/options/aspose-auth-options.interface.js';
import { StoreAccesses } from '../../lib/store/store-access.js';
import { ManualTokenClock } from '../../lib/testing/manual-token-clock.js';
import { MemoryTokenStore } from '../../lib/testing/store/memory.token-store.js';
import { AsposeModel } from './aspose-model.js';
import { type ClocksAhead, ProcessClock } from './process-clock.js';
import { ProcessLife } from './process-life.js';
import { ProcessStore } from './process-store.js';
import { type Answer, type TokenTower, tokenTower } from './token-tower.js';

/** One of the processes. */
export interface Replica extends TokenTower {
  readonly life: ProcessLife;
}

/** How a process is started. */
export interface ReplicaStart {
  readonly ahead?: ClocksAhead;
  /** How long commands to the store and their answers take, in milliseconds. */
  readonly storeMs?: () => number;
}

/** Processes that share a store, over one token endpoint and one clock that is turned by hand. */
export interface Replicas {
  readonly clock: ManualTokenClock;
  readonly store: MemoryTokenStore;
  readonly aspose: AsposeModel;
  /** All that were started. */
  readonly towers: Replica[];
  /** When token requests were made, by the monotonic clock, oldest first. */
  readonly requestedAt: number[];
  /** Answers every token request. */
  answer: Answer;
  /** Starts another process. */
  start(options?: AsposeAuthModuleOptions, how?: ReplicaStart): Replica;
}

/**
 * Starts processes.
 *
 * @param count - how many there are to begin with.
 */
export function replicas(
  count: number,
  options: AsposeAuthModuleOptions = {},
  { lifetimeSeconds = 3600, clock = new ManualTokenClock() } = {},
): Replicas {
  const store = new MemoryTokenStore({ clock });
  const aspose = new AsposeModel(clock);
  aspose.lifetimeSeconds = lifetimeSeconds;
  let draws = 0;
  const random = () => (draws += 0.618) % 1;
  const fleet: Replicas = {
    clock,
    store,
    aspose,
    towers: [],
    requestedAt: [],
    answer: aspose.answer,
    start(given = {}, { ahead, storeMs } = {}) {
      const life = new ProcessLife();
      const own = new ProcessClock(clock, life, ahead);
      const delay = () => {
        const ms = storeMs?.() ?? 0;
        return ms === 0
          ? undefined
          : new Promise<void>((resolve) => void clock.schedule(ms, resolve));
      };
      const tower = tokenTower(
        { store: new ProcessStore(store, life, delay), ...options, ...given },
        {
          engineClock: own,
          clock,
          memory: new CredentialMemory(own),
          stores: new StoreAccesses(own),
          random,
        },
      );
      tower.answer = async (...asked) => {
        await life.step('before send');
        fleet.requestedAt.push(clock.monotonicNow());
        const answer = Promise.resolve(fleet.answer(...asked));
        await life.step('after send');
        return life.arrival(answer);
      };
      const replica = Object.assign(tower, { life });
      fleet.towers.push(replica);
      return replica;
    },
  };
  for (let started = 0; started < count; started += 1) fleet.start();
  return fleet;
}
