import { describe, expect, it } from 'vitest';

import { FleetLoad } from '../../support/fleet-load.js';
import { replicas } from '../../support/replicas.js';

const LEASE_MS = 5_000;
const HOUR = 3_600_000;

/** Where a process is that has the lock. */
const STEPS_OF_HOLDER = [
  'after won lock',
  'before read token',
  'after read log',
  'before write log',
  'after write log',
  'before send',
  'after send',
  'before write token',
  'after write token',
  'before give back lock',
] as const;

describe('a process that has the lock and is killed', () => {
  it.each(STEPS_OF_HOLDER)(
    'keeps the others waiting for its lease and no second longer: cold, killed %s',
    async (step) => {
      const fleet = replicas(5);
      const load = new FleetLoad(fleet);
      const killed = killHolder(fleet.towers, step, 1);
      load.callAll();
      await fleet.clock.advance(LEASE_MS + 1_000);
      const served = load.served.filter(({ replica }) => replica !== killed());
      expect(served).toHaveLength(4);
      expect(load.tokens.size).toBe(1);
      expect(load.longestMs).toBeLessThanOrEqual(LEASE_MS + 1_000);
    },
  );

  it.each(['before send', 'after send'])(
    'costs two leases if the next one is killed as well: %s',
    async (step) => {
      const fleet = replicas(6);
      const load = new FleetLoad(fleet);
      killHolder(fleet.towers, step, 2);
      await load.keepCalling(2 * (LEASE_MS + 1_000), 1_000);
      const served = new Set(load.served.map(({ replica }) => replica));
      expect(served.size).toBe(4);
      expect(load.tokens.size).toBe(1);
    },
  );

  it('holds the pair for minutes once three were killed in a row: they may have been refused', async () => {
    const fleet = replicas(6);
    const load = new FleetLoad(fleet);
    killHolder(fleet.towers, 'after send', 3);
    await load.keepCalling(60_000, 1_000);
    expect(fleet.requestedAt).toHaveLength(3);
  });

  it.each(['grant', 'refuse'] as const)(
    'has told the others already if anybody heard of it here: %s',
    async (kind) => {
      const fleet = replicas(0);
      fleet.aspose.treat = () => ({ kind });
      const [first, second] = [1, 2].map(() =>
        fleet.start({}, { storeMs: () => 10 }),
      );
      const die = () => first!.life.kill();
      first!.tokens.getToken().then(die, die);
      await fleet.clock.advance(LEASE_MS);
      expect(first!.life.isKilled).toBe(true);
      const load = new FleetLoad(fleet);
      load.call(second!);
      await fleet.clock.advance(LEASE_MS + 1_000);
      expect(load.settled).toHaveLength(1);
      expect(fleet.requestedAt).toHaveLength(1);
    },
  );

  it('costs the others nothing while they have a valid token', async () => {
    const fleet = replicas(5);
    const load = new FleetLoad(fleet);
    load.callAll();
    await fleet.clock.advance(HOUR * 0.6);
    killHolder(fleet.towers, 'after send', 1);
    const before = load.settled.length;
    await load.keepCalling(HOUR * 0.3, 1_000);
    expect(load.failed).toEqual([]);
    const waits = load.settled.slice(before).map(({ tookMs }) => tookMs);
    expect(Math.max(...waits)).toBe(0);
    // The second one died with its holder.
    expect(load.tokens).toEqual(new Set(['token-1', 'token-3']));
    expect(fleet.requestedAt).toHaveLength(3);
  });
});

describe('a process that has the lock and is stopped until its lease has run out', () => {
  it.each(STEPS_OF_HOLDER)(
    'sends nothing on it and overwrites nothing: %s',
    async (step) => {
      const fleet = replicas(5);
      const load = new FleetLoad(fleet);
      const stopped = killHolder(fleet.towers, step, 1, 'stop');
      load.callAll();
      await fleet.clock.advance(LEASE_MS + 1_000);
      const served = load.served.filter(({ replica }) => replica !== stopped());
      expect(served).toHaveLength(4);
      const requests = fleet.requestedAt.length;
      const { value } = served[0]!.token!;
      await stopped()!.life.goOn();
      await fleet.clock.advance(1_000);
      const sentSince = fleet.requestedAt.slice(requests);
      // In this very step, it had looked at its lease already.
      expect(sentSince).toHaveLength(step === 'before send' ? 1 : 0);
      const late = fleet.start();
      load.call(late);
      await fleet.clock.advance(1_000);
      expect(load.settled.at(-1)!.replica).toBe(late);
      expect(load.settled.at(-1)!.token?.value).toBe(value);
      expect(load.pending).toBe(0);
    },
  );

  it.each(['grant', 'refuse'] as const)(
    'reads again once it has the lock, since another one may have had it: %s',
    async (kind) => {
      const fleet = replicas(2);
      fleet.aspose.treat = () => ({ kind });
      const load = new FleetLoad(fleet);
      const [first, second] = fleet.towers;
      second!.life.once('before take lock', () => second!.life.stop());
      load.callAll();
      await fleet.clock.advance(1_000);
      expect(load.settled.map(({ replica }) => replica)).toEqual([first]);
      await second!.life.goOn();
      await fleet.clock.advance(1_000);
      expect(load.settled).toHaveLength(2);
      expect(fleet.requestedAt).toHaveLength(1);
    },
  );

  it('waives by a reset nothing that was refused after it, though it stood still before it could tell the store', async () => {
    const fleet = replicas(2);
    fleet.aspose.treat = () => ({ kind: 'refuse' });
    const [first, second] = fleet.towers;
    second!.tokens.getToken().catch(() => {});
    await fleet.clock.advance(61_000);
    second!.life.once('before read log', () => second!.life.stop());
    second!.tokens.reset();
    await fleet.clock.advance(1_000);
    first!.tokens.getToken().catch(() => {});
    await fleet.clock.advance(1_000);
    await second!.life.goOn();
    await fleet.clock.advance(0);
    second!.tokens.getToken().catch(() => {});
    await fleet.clock.advance(0);
    expect(fleet.requestedAt).toHaveLength(2);
    expect(second!.tokens.hold()).toMatchObject({ reason: 'refused' });
  });

  it('tells a refusal that it heard after its lease', async () => {
    const fleet = replicas(3);
    fleet.aspose.treat = () => ({ kind: 'refuse', afterMs: 2_000 });
    const load = new FleetLoad(fleet);
    const stopped = killHolder(fleet.towers, 'before write log', 1, 'stop');
    // Noting is the first write.
    load.callAll();
    await fleet.clock.advance(100);
    await stopped()!.life.goOn();
    await fleet.clock.advance(5_000);
    expect(fleet.aspose.refusalsOf('secret')).toBe(1);
    expect(load.failed).toHaveLength(3);
  });

  it('has the others wait no longer for a blocked event loop than for its lease, and its own callers served', async () => {
    const fleet = replicas(3);
    const load = new FleetLoad(fleet);
    load.callAll();
    const [blocked] = fleet.towers;
    // What arrives meanwhile is read before the timers come to an end.
    blocked!.life.stop();
    await fleet.clock.advance(3_000);
    await blocked!.life.goOn();
    await fleet.clock.advance(1_000);
    expect(load.served).toHaveLength(3);
    expect(fleet.requestedAt).toHaveLength(1);
    expect(blocked!.events.map(({ type }) => type)).not.toContain(
      'store-passed-over',
    );
  });
});

/** Kills or stops whoever gets the lock, once it comes to a step; so many times. Tells who was last. */
function killHolder(
  towers: ReturnType<typeof replicas>['towers'],
  step: string,
  times: number,
  how: 'kill' | 'stop' = 'kill',
): () => (typeof towers)[number] | undefined {
  let hit: (typeof towers)[number] | undefined;
  let left = times;
  for (const replica of towers) {
    const { life } = replica;
    const hitNow = () => {
      if (left === 0) return;
      left -= 1;
      hit = replica;
      life[how]();
    };
    if (step === 'after won lock') life.once(step, hitNow);
    else life.once('after won lock', () => life.once(step, hitNow));
  }
  return () => hit;
}
