import type { Counter, Histogram } from '@opentelemetry/api';

import {
  ASPOSE_STORE_CHANNEL,
  type AsposeStoreOperation,
} from '../store/store-channel.js';
import { listenTo } from './channels.js';
import { metrics } from './opentelemetry-api.js';
import { CLIENT, OUTCOME, SCOPE } from './telemetry-names.js';

/** How operations are called in attributes. */
const NAMES: Readonly<Record<AsposeStoreOperation['operation'], string>> = {
  read: 'read',
  write: 'write',
  tryLock: 'lock',
  unlock: 'unlock',
};

/** What an attempt at the lock of a credential comes to. */
const LOCKS: Readonly<Record<AsposeStoreOperation['outcome'], string>> = {
  hit: 'acquired',
  miss: 'held',
  error: 'error',
  timeout: 'error',
};

/**
 * Measures what the shared stores of all clients in the process do.
 *
 * @returns how to end that.
 */
export function observeStores(): () => void {
  /** Made with the first operation: the SDK may be started while the app boots. */
  let instruments: { durations: Histogram; locks: Counter } | undefined;
  return listenTo({
    [ASPOSE_STORE_CHANNEL]({
      client,
      operation,
      outcome,
      durationMs,
    }: AsposeStoreOperation) {
      instruments ??= storeInstruments();
      instruments.durations.record(durationMs / 1_000, {
        [CLIENT]: client,
        'aspose_auth.store.operation': NAMES[operation],
        [OUTCOME]: outcome,
      });
      if (operation === 'tryLock')
        instruments.locks.add(1, {
          [CLIENT]: client,
          [OUTCOME]: LOCKS[outcome],
        });
    },
  });
}

function storeInstruments() {
  const meter = metrics.getMeter(SCOPE);
  return {
    /**
     * By `aspose_auth.store.operation`: `read`, `write`, `lock` or `unlock`; and by `aspose_auth.outcome`: `hit`, the value was
     * there, or it was done; `miss`, there was no value, or another process was faster; `error`; `timeout`.
     */
    durations: meter.createHistogram('aspose_auth.store.operation.duration', {
      unit: 's',
      description: 'How long operations of the shared store took',
      advice: {
        explicitBucketBoundaries: [
          0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
        ],
      },
    }),
    /** By `aspose_auth.outcome`: `acquired`; `held` by another process; `error`. */
    locks: meter.createCounter('aspose_auth.store.locks', {
      unit: '{lock}',
      description:
        'Attempts at the lock under which one process fetches a token for all',
    }),
  };
}
