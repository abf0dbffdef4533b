import { describe, expect, it } from 'vitest';

import { FleetLoad } from '../../support/fleet-load.js';
import { replicas } from '../../support/replicas.js';

const MINUTE = 60_000;

describe('a reset by an operator', () => {
  it('waives the hold of all processes, and not the four in ten minutes', async () => {
    const fleet = replicas(4);
    fleet.aspose.secrets.clear();
    const load = new FleetLoad(fleet);
    load.callAll();
    await fleet.clock.advance(2_000);
    expect(fleet.requestedAt).toHaveLength(1);
    for (let resets = 0; resets < 10; resets += 1) {
      fleet.towers[0]!.tokens.reset();
      await fleet.clock.advance(10_000);
      load.call(fleet.towers[1]!);
      await fleet.clock.advance(10_000);
    }
    expect(fleet.aspose.mostRefusals).toBe(4);
    expect(fleet.aspose.bans).toBe(0);
  });
});

describe('a process that is held back', () => {
  it('is served with the token that another one got meanwhile', async () => {
    const fleet = replicas(2);
    fleet.aspose.secrets.clear();
    const load = new FleetLoad(fleet);
    load.callAll();
    await fleet.clock.advance(5_000);
    expect(load.failed).toHaveLength(2);
    fleet.aspose.secrets.add('secret');
    const [first, second] = fleet.towers;
    first!.tokens.reset();
    await fleet.clock.advance(0);
    load.call(first!);
    await fleet.clock.advance(1_000);
    load.call(second!);
    await fleet.clock.advance(0);
    expect(load.served).toHaveLength(2);
    expect(fleet.requestedAt).toHaveLength(2);
  });
});

describe('named clients and tenants', () => {
  const pair = { clientId: 'client', clientSecret: 'secret' };
  const another = { clientId: 'client', clientSecret: 'another' };

  it('share a token where their pair is the same, in whichever process', async () => {
    const fleet = replicas(0);
    const credentials = () => pair;
    const options = [pair, { credentials }, pair];
    for (const option of options) fleet.start(option);
    const load = new FleetLoad(fleet);
    load.callAll();
    await fleet.clock.advance(1_000);
    expect(load.served).toHaveLength(3);
    expect(fleet.requestedAt).toHaveLength(1);
  });

  it('share nothing where it is not', async () => {
    const fleet = replicas(0);
    fleet.aspose.secrets.add('another');
    for (const option of [pair, another, pair, another]) fleet.start(option);
    const load = new FleetLoad(fleet);
    load.callAll();
    await fleet.clock.advance(1_000);
    const secrets = load.served.map(
      ({ token }) => fleet.aspose.issued.get(token!.value)!.secret,
    );
    const byReplica = fleet.towers.map(
      (tower) =>
        fleet.aspose.issued.get(tower.tokens.peekToken()!.value)!.secret,
    );
    expect(secrets).toHaveLength(4);
    expect(byReplica).toEqual(['secret', 'another', 'secret', 'another']);
    expect(fleet.requestedAt).toHaveLength(2);
  });

  it('are held by the refusals of their own pair alone', async () => {
    const fleet = replicas(0);
    for (const option of [pair, another, pair, another]) fleet.start(option);
    const load = new FleetLoad(fleet);
    await load.keepCalling(30 * MINUTE, 5_000);
    const failed = new Set(load.failed.map(({ replica }) => replica));
    expect([...failed]).toEqual([fleet.towers[1], fleet.towers[3]]);
    expect(fleet.aspose.mostRefusals).toBeLessThanOrEqual(4);
    expect(fleet.aspose.refusalsOf('secret')).toBe(0);
  });
});
