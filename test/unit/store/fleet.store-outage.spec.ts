import { describe, expect, it } from 'vitest';

import { FleetLoad } from '../../support/fleet-load.js';
import { type Replicas, replicas } from '../../support/replicas.js';

const HOUR = 3_600_000;

const TROUBLES: Record<string, (fleet: Replicas) => void> = {
  fails: ({ store }) => void (store.fault = 'fail'),
  hangs: ({ store }) => void (store.fault = 'hang'),
  'is not connected': ({ store }) => void (store.readiness = 'down'),
};

describe.each(Object.entries(TROUBLES))('a store that %s', (_, trouble) => {
  it('fails no call and has none wait while there is a valid token', async () => {
    const fleet = replicas(5);
    const load = new FleetLoad(fleet);
    load.callAll();
    await fleet.clock.advance(1_000);
    trouble(fleet);
    const before = load.settled.length;
    await load.keepCalling(HOUR * 0.9, 1_000);
    expect(load.failed).toEqual([]);
    expect(load.ended).toBe(0);
    const waits = load.settled.slice(before).map(({ tookMs }) => tookMs);
    expect(Math.max(...waits)).toBe(0);
  });

  it('costs a cold process 250 ms at the most, once in 10 s, and no call', async () => {
    const fleet = replicas(5);
    trouble(fleet);
    const load = new FleetLoad(fleet);
    load.callAll();
    await fleet.clock.advance(1_000);
    expect(load.served).toHaveLength(5);
    expect(load.longestMs).toBeLessThanOrEqual(250);
    const [{ tokens, events } = fleet.start()] = fleet.towers;
    const asked = () => tokens.explain().store?.asked;
    const askedBefore = asked()!;
    const renew = { minValidityMs: HOUR };
    for (let second = 0; second < 8; second += 1) {
      await tokens.getToken(renew).catch(() => {});
      await fleet.clock.advance(1_000);
    }
    expect(asked()).toBe(askedBefore);
    const types = events.map(({ type }) => type);
    expect(types.filter((type) => type === 'store-passed-over')).toHaveLength(
      1,
    );
  });

  it('is asked again when it is well, and said so once', async () => {
    const fleet = replicas(2);
    trouble(fleet);
    const load = new FleetLoad(fleet);
    load.callAll();
    await fleet.clock.advance(1_000);
    fleet.store.fault = undefined;
    fleet.store.readiness = 'ready';
    await load.keepCalling(HOUR * 0.9, 5_000);
    for (const { events, tokens } of fleet.towers) {
      const types = events.map(({ type }) => type);
      expect(types.filter((type) => type === 'store-recovered')).toHaveLength(
        1,
      );
      expect(tokens.explain().store?.isPassedOver).toBe(false);
    }
    // Each fetched one by itself. From then on they share.
    const values = fleet.towers.map((tower) => tower.tokens.peekToken()!.value);
    expect(new Set(values)).toEqual(new Set(['token-3']));
  });
});

describe('a store', () => {
  it('that hangs as processes start has them wait 250 ms', async () => {
    const fleet = replicas(5);
    fleet.store.fault = 'hang';
    const load = new FleetLoad(fleet);
    load.callAll();
    await fleet.clock.advance(250);
    expect(load.served).toHaveLength(5);
  });

  it('that is being connected as processes start is waited for, and they make one token request', async () => {
    const fleet = replicas(20);
    fleet.store.readiness = 'connecting';
    const load = new FleetLoad(fleet);
    load.callAll();
    await fleet.clock.advance(500);
    expect(fleet.requestedAt).toEqual([]);
    fleet.store.readiness = 'ready';
    await fleet.clock.advance(500);
    expect(load.served).toHaveLength(20);
    expect(fleet.requestedAt).toHaveLength(1);
  });

  it('that is never connected is waited for 2 s at the most, once', async () => {
    const fleet = replicas(3);
    fleet.store.readiness = 'connecting';
    const load = new FleetLoad(fleet);
    load.callAll();
    await fleet.clock.advance(2_000);
    expect(load.served).toHaveLength(3);
    const before = load.settled.length;
    load.callAll({ minValidityMs: HOUR });
    await fleet.clock.advance(0);
    expect(load.settled).toHaveLength(before + 3);
  });

  it('that is waited for by a process that computes as it starts is given as many looks', async () => {
    const fleet = replicas(2);
    fleet.store.readiness = 'connecting';
    const load = new FleetLoad(fleet);
    load.callAll();
    for (const { life } of fleet.towers) life.stop();
    await fleet.clock.advance(5_000);
    for (const { life } of fleet.towers) await life.goOn();
    // Longer than a timer that fires late waits for what has arrived.
    await fleet.clock.advance(1_060);
    fleet.store.readiness = 'ready';
    await fleet.clock.advance(1_000);
    expect(load.served).toHaveLength(2);
    expect(fleet.requestedAt).toHaveLength(1);
  });

  it('that comes and goes fails no call', async () => {
    const fleet = replicas(5);
    const load = new FleetLoad(fleet);
    const faults = ['fail', undefined, 'hang', undefined] as const;
    await load.keepCalling(2 * HOUR, 5_000, (passedMs) => {
      fleet.store.fault = faults[Math.floor(passedMs / 20_000) % 4];
    });
    expect(load.failed).toEqual([]);
    expect(load.ended).toBe(0);
    expect(load.longestMs).toBeLessThanOrEqual(250);
  });

  it('that was away while a process was refused is told when it is back', async () => {
    const fleet = replicas(2);
    fleet.aspose.secrets.clear();
    fleet.store.fault = 'fail';
    const load = new FleetLoad(fleet);
    const [first, second] = fleet.towers;
    load.call(first!);
    await fleet.clock.advance(0);
    fleet.store.fault = undefined;
    await fleet.clock.advance(11_000);
    load.call(first!);
    await fleet.clock.advance(0);
    load.call(second!);
    await fleet.clock.advance(0);
    expect(load.failed).toHaveLength(3);
    expect(fleet.requestedAt).toHaveLength(1);
  });
});
