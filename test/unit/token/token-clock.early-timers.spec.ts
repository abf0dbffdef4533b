import { describe, expect, it } from 'vitest';

import { buildTokenTower } from '../../../lib/clients/token-tower.js';
import { CredentialMemory } from '../../../lib/credential/credential-memory.js';
import { resolveOptions } from '../../../lib/options/resolve-options.js';
import { SystemTokenClock } from '../../../lib/token/token-clock.js';
import { granted, json } from '../../support/token-tower.js';

describe('SystemTokenClock', () => {
  // Node rounds down both a delay and the time it counts from: setTimeout calls up to 2 ms early.
  it('makes no call before its delay has passed on its own monotonic clock', async () => {
    const clock = new SystemTokenClock();
    const earlyMs = await Promise.all(
      Array.from({ length: 200 }, (_, index) => {
        const delayMs = 5 + index * 0.37;
        const startedAtMs = clock.monotonicNow();
        return new Promise<number>((resolve) => {
          clock
            .schedule(delayMs, () =>
              resolve(startedAtMs + delayMs - clock.monotonicNow()),
            )
            .ref();
        });
      }),
    );
    expect(Math.max(...earlyMs)).toBeLessThanOrEqual(0);
  });

  it('lets callers sit out a Retry-After of a second', async () => {
    const values = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const answers = [
          json(429, {}, { 'retry-after': '1' }),
          granted('token-2'),
        ];
        const clock = new SystemTokenClock();
        const tokens = buildTokenTower({
          client: 'default',
          options: resolveOptions({
            clientId: 'client',
            clientSecret: 'secret',
          }),
          clock,
          memory: new CredentialMemory(clock),
          transport: async () => answers.shift() ?? json(500, {}),
          onEvent: () => {},
        });
        return (await tokens.getToken()).value;
      }),
    );
    expect(new Set(values)).toEqual(new Set(['token-2']));
  });
});
