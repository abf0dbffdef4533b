import { CredentialMemory } from '../../lib/credential/credential-memory.js';
import type { AsposeAuthModuleOptions } from '../../lib/options/aspose-auth-options.interface.js';
import type { TokenStore } from '../../lib/store/token-store.js';
import { ManualTokenClock } from '../../lib/testing/manual-token-clock.js';
import { MemoryTokenStore } from '../../lib/testing/store/memory.token-store.js';
import {
  type Answer,
  granted,
  type TokenTower,
  tokenTower,
} from './token-tower.js';

/** Processes that share a store, over one token endpoint and one clock that is turned by hand. */
export interface Replicas<Store extends TokenStore> {
  readonly clock: ManualTokenClock;
  readonly store: Store;
  readonly towers: TokenTower[];
  /** When token requests were made, by the monotonic clock, oldest first. */
  readonly requestedAt: number[];
  /** Answers every token request. */
  answer: Answer;
  /** Starts another process. */
  start(options?: AsposeAuthModuleOptions): TokenTower;
}

/**
 * Starts processes.
 *
 * @param count - how many there are to begin with.
 * @param makeStore - the store; one in memory unless told otherwise.
 */
export function replicas(
  count: number,
  options: AsposeAuthModuleOptions = {},
  { lifetimeSeconds = 3600, clock = new ManualTokenClock() } = {},
): Replicas<MemoryTokenStore> {
  const store = new MemoryTokenStore({ clock });
  let draws = 0;
  const fleet: Replicas<MemoryTokenStore> = {
    clock,
    store,
    towers: [],
    requestedAt: [],
    answer: () => granted(`token-${fleet.requestedAt.length}`, lifetimeSeconds),
    start(given = {}) {
      const random = () => (draws += 0.618) % 1;
      const memory = new CredentialMemory(clock);
      const tower = tokenTower(
        { store, ...options, ...given },
        { clock, memory, random },
      );
      tower.answer = (...asked) => {
        fleet.requestedAt.push(clock.monotonicNow());
        return fleet.answer(...asked);
      };
      fleet.towers.push(tower);
      return tower;
    },
  };
  for (let started = 0; started < count; started += 1) fleet.start();
  return fleet;
}
