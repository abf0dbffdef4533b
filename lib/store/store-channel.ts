import { channel } from 'node:diagnostics_channel';

import { abortable } from '../token/abortable.js';
import type { TokenClock } from '../token/token-clock.js';
import type { WhoseEvents } from '../token/token-event.js';
import type { StoredValue, TokenStore } from './token-store.js';

/**
 * The diagnostics channel of shared stores: each message is an {@link AsposeStoreOperation} that has ended.
 *
 * A subscriber that throws disturbs no token, but Node reports it as an uncaught exception: catch what may fail.
 *
 * @example
 * ```ts
 * subscribe(ASPOSE_STORE_CHANNEL, (message) => {
 *   const { operation, outcome, durationMs } = message as AsposeStoreOperation;
 *   statsd.timing(`aspose.store.${operation}.${outcome}`, durationMs);
 * });
 * ```
 *
 * @see https://nodejs.org/api/diagnostics_channel.html
 */
export const ASPOSE_STORE_CHANNEL = 'nestjs-aspose-auth:store';

/** One operation of a shared store, as {@link ASPOSE_STORE_CHANNEL} tells of it. It holds neither keys nor values. */
export interface AsposeStoreOperation extends WhoseEvents {
  /** The name of the store. */
  readonly store: string;
  /** The method of the {@link TokenStore}. */
  readonly operation: 'read' | 'write' | 'tryLock' | 'unlock';
  /**
   * - `hit`: the value was there; it is written; the lock is taken, or given back
   * - `miss`: there was no value; another process has written meanwhile, or has the lock
   * - `error`: the store failed
   * - `timeout`: it did not answer in time
   */
  readonly outcome: 'hit' | 'miss' | 'error' | 'timeout';
  /** In milliseconds. */
  readonly durationMs: number;
}

/** What a store is asked to do. */
export type StoreOperations = Pick<
  TokenStore,
  AsposeStoreOperation['operation']
>;

// Node forgets a channel that nobody holds.
const operations = channel(ASPOSE_STORE_CHANNEL);

/**
 * Makes a store tell of each operation on {@link ASPOSE_STORE_CHANNEL}, while anybody has subscribed.
 *
 * @param overdue - aborts when the store is no longer waited for.
 */
export function publishedStore(
  store: TokenStore,
  whose: WhoseEvents,
  clock: TokenClock,
  overdue: AbortSignal,
): StoreOperations {
  if (!operations.hasSubscribers) return store;
  const told = async <T>(
    operation: AsposeStoreOperation['operation'],
    ask: () => Promise<T>,
    isHit: (answer: T) => boolean,
  ): Promise<T> => {
    const startedAtMs = clock.monotonicNow();
    const tell = (outcome: AsposeStoreOperation['outcome']) =>
      operations.publish({
        ...whose,
        store: store.name,
        operation,
        outcome,
        durationMs: clock.monotonicNow() - startedAtMs,
      } satisfies AsposeStoreOperation);
    try {
      const answered = await abortable(ask(), overdue);
      tell(isHit(answered) ? 'hit' : 'miss');
      return answered;
    } catch (error) {
      tell(overdue.aborted ? 'timeout' : 'error');
      throw error;
    }
  };
  return {
    read: (...of) => told('read', () => store.read(...of), hasValue),
    write: (...what) => told('write', () => store.write(...what), isTrue),
    tryLock: (...what) => told('tryLock', () => store.tryLock(...what), isTrue),
    unlock: (...what) =>
      told(
        'unlock',
        () => store.unlock(...what),
        () => true,
      ),
  };
}

function isTrue(answer: boolean): boolean {
  return answer;
}

/** A store of the app's own may be written without types, and answer with anything. */
function hasValue(stored: Partial<StoredValue> | null | undefined): boolean {
  return typeof stored?.value === 'string';
}
