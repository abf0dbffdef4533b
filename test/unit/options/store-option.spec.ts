import { describe, expect, it } from 'vitest';

import { InvalidOptionsError } from '../../../lib/errors/errors.js';
import type { AsposeAuthModuleOptions } from '../../../lib/options/aspose-auth-options.interface.js';
import { resolveOptions } from '../../../lib/options/resolve-options.js';
import { MemoryTokenStore } from '../../../lib/testing/store/memory.token-store.js';

const CREDENTIALS = { clientId: 'id', clientSecret: 'secret' };

function problemsOf(options: AsposeAuthModuleOptions): readonly string[] {
  try {
    resolveOptions({ ...CREDENTIALS, ...options });
    return [];
  } catch (error) {
    return (error as InvalidOptionsError).problems;
  }
}

describe('The option store', () => {
  it.each([1, 250, 6_000])('takes a store that has %i ms', (timeoutMs) => {
    expect(problemsOf({ store: new MemoryTokenStore({ timeoutMs }) })).toEqual(
      [],
    );
  });

  it('takes no store that a flight could only wait for while it hangs', () => {
    const store = new MemoryTokenStore({ timeoutMs: 60_000 });
    expect(problemsOf({ store })).toEqual([
      'timeouts.flightMs (10000) must be at least 64000 with a store: timeouts.attemptMs (4000) and store.timeoutMs (60000). Else there is no time for a token request while the store hangs.',
    ]);
    const flightMs = 90_000;
    expect(problemsOf({ store, timeouts: { flightMs } })).toEqual([]);
  });

  it('takes no flight that would end while a process that starts waits for its store', () => {
    const store = new MemoryTokenStore();
    const attemptMs = 1_000;
    expect(
      problemsOf({ store, timeouts: { attemptMs, flightMs: 2_999 } }),
    ).toEqual([
      'timeouts.flightMs (2999) must be at least 3000 with a store: timeouts.attemptMs (1000) and the 2000 ms that a store may take as a process starts. Else there is no time for a token request while the store hangs.',
    ]);
    const timeouts = { attemptMs, flightMs: 3_000 };
    expect(problemsOf({ store, timeouts })).toEqual([]);
  });

  it('takes no store without a time limit', () => {
    const store = new MemoryTokenStore({ timeoutMs: NaN });
    expect(problemsOf({ store })).toEqual([
      'store.timeoutMs must be a number above 0, and at most 2147483647.',
    ]);
  });

  it.each([
    [[], 'store.encryptionKeys must be a list of keys, not an empty one.'],
    [
      [Buffer.alloc(32), Buffer.alloc(16)],
      "store.encryptionKeys[1] must be a Uint8Array or a Buffer of 32 bytes, such as Buffer.from(base64, 'base64').",
    ],
  ])('takes no store with the keys %j', (encryptionKeys, problem) => {
    expect(
      problemsOf({ store: new MemoryTokenStore({ encryptionKeys }) }),
    ).toEqual([problem]);
  });
});
