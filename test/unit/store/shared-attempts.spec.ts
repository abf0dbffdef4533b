import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import { replicas } from '../../support/replicas.js';
import { refused } from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const C = AsposeAuthErrorCode;
const API = 'https://api.aspose.cloud';
const HOUR = 3_600_000;

describe('processes that share a store', () => {
  it('make one token request when all are cold', async () => {
    const fleet = replicas(20);
    const calls = fleet.towers.map(({ tokens }) => watch(tokens.getToken()));
    await fleet.clock.advance(1_000);
    const values = calls.map(({ value }) => value?.value);
    expect(new Set(values)).toEqual(new Set(['token-1']));
    expect(fleet.requestedAt).toHaveLength(1);
  });

  it('make one token request in a lifetime', async () => {
    const fleet = replicas(20);
    const failures: unknown[] = [];
    for (let ms = 0; ms < HOUR * 3; ms += 30_000) {
      for (const { tokens } of fleet.towers)
        tokens.getToken().catch((error: unknown) => failures.push(error));
      await fleet.clock.advance(30_000);
    }
    expect(failures).toEqual([]);
    expect(fleet.requestedAt.length).toBeLessThanOrEqual(5);
  });

  it('make one token request when the token is revoked', async () => {
    const fleet = replicas(20);
    const tokens = fleet.towers.map((tower) => watch(tower.tokens.getToken()));
    await fleet.clock.advance(1_000);
    await fleet.clock.advance(60_000);
    const again = fleet.towers.flatMap((tower, index) =>
      Array.from({ length: 10 }, () =>
        watch(
          tower.tokens.getToken({
            unauthorized: { token: tokens[index]!.value!, origin: API },
          }),
        ),
      ),
    );
    await fleet.clock.advance(2_000);
    expect(new Set(again.map(({ value }) => value?.value))).toEqual(
      new Set(['token-2']),
    );
    expect(fleet.requestedAt).toHaveLength(2);
  });

  it('remember one refusal', async () => {
    const fleet = replicas(20);
    fleet.answer = refused;
    const calls = fleet.towers.map(({ tokens }) => watch(tokens.getToken()));
    await fleet.clock.advance(2_000);
    expect(fleet.requestedAt).toHaveLength(1);
    expect(calls.filter(({ reason }) => reason !== undefined)).toHaveLength(20);
    expect(
      calls.map(({ reason }) => (reason as { code: string }).code).toSorted(),
    ).toEqual(
      [
        C.CREDENTIALS_REFUSED,
        ...Array.from({ length: 19 }, () => C.TOKEN_UNAVAILABLE),
      ].toSorted(),
    );
  });

  it('go by themselves while the store hangs', async () => {
    const fleet = replicas(3);
    fleet.store.fault = 'hang';
    const calls = fleet.towers.map(({ tokens }) => watch(tokens.getToken()));
    await fleet.clock.advance(300);
    expect(calls.map(({ value }) => value?.value)).toEqual([
      'token-1',
      'token-2',
      'token-3',
    ]);
  });
});
