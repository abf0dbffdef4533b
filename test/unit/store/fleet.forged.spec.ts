import { describe, expect, it } from 'vitest';

import { ClientCredentials } from '../../../lib/credential/client-credentials.js';
import { TokenCipher } from '../../../lib/store/token-cipher.js';
import { FleetLoad } from '../../support/fleet-load.js';
import {
  type Replica,
  type Replicas,
  replicas,
} from '../../support/replicas.js';

const HOUR = 3_600_000;
/** Longer than a lease. */
const LATE_MS = 15_000;

describe('what somebody else wrote into the store', () => {
  it('is passed over, each byte of a token changed, with one warning', async () => {
    const { fleet, token } = await warm();
    const bytes = Buffer.from(await valueAt(fleet, token), 'base64');
    const reader = fleet.start();
    const load = new FleetLoad(fleet);
    for (const at of bytes.keys()) {
      const forged = Buffer.from(bytes);
      forged[at]! ^= 1;
      await put(fleet, token, forged.toString('base64'));
      load.call(reader, { minValidityMs: HOUR * 0.5 });
      await fleet.clock.advance(HOUR);
    }
    expect(load.failed).toEqual([]);
    expect(load.ended).toBe(0);
    expect(load.tokens).not.toContain('token-1');
    expect(warnings(reader)).toHaveLength(1);
  });

  it.each([
    ['token', 'log'],
    ['log', 'token'],
  ] as const)(
    'is passed over: in place of the %s, the %s',
    async (part, other) => {
      const { fleet, ...keys } = await warm();
      await put(fleet, keys[part], await valueAt(fleet, keys[other]));
      const reader = fleet.start();
      const load = new FleetLoad(fleet);
      load.call(reader);
      await fleet.clock.advance(1_000);
      expect(load.failed).toEqual([]);
      expect(warnings(reader)).toMatchObject([{ part }]);
    },
  );

  it('stops no process: a refusal cannot be forged', async () => {
    const { fleet, log } = await warm();
    await put(fleet, log, Buffer.from('{"attempts":[]}').toString('base64'));
    const load = new FleetLoad(fleet);
    load.callAll({ minValidityMs: HOUR });
    await fleet.clock.advance(1_000);
    expect(load.failed).toEqual([]);
  });
});

describe('commands that a client sends late', () => {
  it('write nothing, take no lock, and fail no call', async () => {
    let storeMs = 0;
    const fleet = replicas(0);
    const slow = fleet.start({}, { storeMs: () => storeMs });
    const load = new FleetLoad(fleet);
    load.call(slow);
    await fleet.clock.advance(HOUR * 0.6);
    storeMs = LATE_MS;
    load.call(slow, { minValidityMs: HOUR / 2 });
    // It went by itself, and its commands are still on their way.
    await fleet.clock.advance(300);
    expect(load.tokens).toEqual(new Set(['token-1', 'token-2']));
    const quick = fleet.start();
    load.call(quick, { minValidityMs: HOUR / 2 });
    await fleet.clock.advance(4 * LATE_MS);
    const late = fleet.start();
    load.call(late);
    await fleet.clock.advance(1_000);
    expect(load.failed).toEqual([]);
    expect(load.settled.at(-1)!.token!.value).toBe('token-3');
    expect(fleet.requestedAt).toHaveLength(3);
  });

  it('bring no older token over a newer one, each at another step', async () => {
    for (let slowAt = 0; slowAt < 30; slowAt += 1) {
      let command = 0;
      const fleet = replicas(0);
      const slow = fleet.start(
        {},
        {
          storeMs: () => ((command += 1) === slowAt ? LATE_MS : 1),
        },
      );
      const load = new FleetLoad(fleet);
      load.call(slow);
      await fleet.clock.advance(1_000);
      const quick = fleet.start();
      load.call(quick, { minValidityMs: HOUR / 2 });
      await fleet.clock.advance(LATE_MS * 3);
      const newest = load.settled.at(-1)!.token!;
      const late = fleet.start();
      load.call(late);
      await fleet.clock.advance(1_000);
      expect(load.failed).toEqual([]);
      expect(load.settled.at(-1)!.token!.value).toBe(newest.value);
    }
  });
});

/** The store has a token and a log. */
async function warm(): Promise<{
  fleet: Replicas;
  token: string;
  log: string;
}> {
  const fleet = replicas(1);
  const load = new FleetLoad(fleet);
  load.callAll();
  await fleet.clock.advance(1_000);
  const pair = { clientId: 'client', clientSecret: 'secret' };
  const cipher = new TokenCipher(
    'https://api.aspose.cloud/connect/token',
    new ClientCredentials(pair),
  );
  return {
    fleet,
    token: cipher.nameOf('token'),
    log: cipher.nameOf('log'),
  };
}

async function valueAt({ store }: Replicas, key: string): Promise<string> {
  const { value } = await store.read(key);
  expect(value).toBeDefined();
  return value!;
}

async function put(
  { store }: Replicas,
  key: string,
  value: string,
): Promise<void> {
  const { value: replaces, now } = await store.read(key);
  await store.write(key, value, {
    ttlMs: HOUR,
    replaces,
    notAfter: now,
  });
}

function warnings({ events }: Replica): readonly object[] {
  return events.filter(({ type }) => type === 'store-unreadable');
}
