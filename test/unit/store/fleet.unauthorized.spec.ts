import { describe, expect, it } from 'vitest';

import type { AccessToken } from '../../../lib/token/access-token.js';
import { FleetLoad } from '../../support/fleet-load.js';
import { type Replicas, replicas } from '../../support/replicas.js';

const API = 'https://api.aspose.cloud';
const ANOTHER = 'https://another.aspose.cloud';

describe('20 processes that share a store, with a token that is unauthorized', () => {
  it('make one token request for 500 callers each, and no call fails', async () => {
    const { fleet, load, token } = await warm();
    for (const replica of fleet.towers)
      for (let caller = 0; caller < 500; caller += 1)
        load.call(replica, { unauthorized: { token, origin: API } });
    await fleet.clock.advance(1_000);
    expect(load.settled).toHaveLength(20 * 501);
    expect(load.failed).toEqual([]);
    const served = load.settled.slice(20).map((call) => call.token?.value);
    expect(new Set(served)).toEqual(new Set(['token-2']));
    expect(fleet.requestedAt).toHaveLength(2);
  });

  it('make one token request however far apart they are told so', async () => {
    const { fleet, load, token } = await warm();
    for (const replica of fleet.towers) {
      load.call(replica, { unauthorized: { token, origin: API } });
      await fleet.clock.advance(7_000);
    }
    expect(load.failed).toEqual([]);
    expect(load.settled.slice(20).map((call) => call.token?.value)).toEqual(
      Array.from({ length: 20 }, () => 'token-2'),
    );
    expect(fleet.requestedAt).toHaveLength(2);
  });

  it('make one token request when an API answers 401 to any token, whichever process is told so', async () => {
    const { fleet, load, token } = await warm();
    const [first, ...others] = fleet.towers;
    load.call(first!, { unauthorized: { token, origin: API } });
    await fleet.clock.advance(1_000);
    const renewed = load.settled.at(-1)!.token!;
    expect(renewed.value).toBe('token-2');
    // These never saw the first 401: they only have the token that came of it.
    for (const other of others) {
      load.call(other, { unauthorized: { token, origin: API } });
      await fleet.clock.advance(100);
      const theirs = load.settled.at(-1)!.token!;
      load.call(other, { unauthorized: { token: theirs, origin: API } });
      await fleet.clock.advance(100);
    }
    expect(load.failed).toEqual([]);
    expect(fleet.requestedAt).toHaveLength(2);
  });

  it('make ever fewer token requests while an API goes on to answer 401', async () => {
    const { fleet, load } = await warm();
    const minutes = 60;
    for (let second = 0; second < minutes * 60; second += 10) {
      for (const replica of fleet.towers) {
        const token = replica.tokens.peekToken()!;
        load.call(replica, { unauthorized: { token, origin: API } });
      }
      await fleet.clock.advance(10_000);
    }
    expect(load.failed).toEqual([]);
    // Without a store, one process makes one per 5 minutes in the end.
    expect(fleet.requestedAt.length).toBeLessThanOrEqual(minutes / 5 + 6);
  });

  it('renew for another origin, whatever became of the first', async () => {
    const { fleet, load, token } = await warm();
    const [first, second] = fleet.towers;
    load.call(first!, { unauthorized: { token, origin: API } });
    await fleet.clock.advance(1_000);
    load.call(second!, { unauthorized: { token, origin: API } });
    await fleet.clock.advance(1_000);
    const renewed = load.settled.at(-1)!.token!;
    load.call(second!, { unauthorized: { token: renewed, origin: ANOTHER } });
    await fleet.clock.advance(1_000);
    expect(load.settled.at(-1)!.token!.value).toBe('token-3');
    expect(fleet.requestedAt).toHaveLength(3);
  });
});

/** All have the first token, and have had it for a while. */
async function warm(): Promise<{
  fleet: Replicas;
  load: FleetLoad;
  token: AccessToken;
}> {
  const fleet = replicas(20);
  const load = new FleetLoad(fleet);
  load.callAll();
  await fleet.clock.advance(60_000);
  return { fleet, load, token: load.settled[0]!.token! };
}
