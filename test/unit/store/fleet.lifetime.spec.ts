import { describe, expect, it } from 'vitest';

import { FleetLoad } from '../../support/fleet-load.js';
import { replicas } from '../../support/replicas.js';

const HOUR = 3_600_000;

describe('20 processes that share a store', () => {
  it('make one token request when all are cold', async () => {
    const fleet = replicas(20);
    const load = new FleetLoad(fleet);
    load.callAll();
    await fleet.clock.advance(1_000);
    expect(load.served).toHaveLength(20);
    expect(load.tokens).toEqual(new Set(['token-1']));
    expect(fleet.requestedAt).toHaveLength(1);
  });

  it('make one token request when all are cold and the answer takes 3 s', async () => {
    const fleet = replicas(20);
    fleet.aspose.treat = () => ({ kind: 'grant', afterMs: 3_000 });
    const load = new FleetLoad(fleet);
    load.callAll();
    await fleet.clock.advance(3_250);
    expect(load.served).toHaveLength(20);
    expect(fleet.requestedAt).toHaveLength(1);
  });

  it.each([300, 3_600])(
    'make one token request in a lifetime of %i s, and no call fails or waits',
    async (lifetimeSeconds) => {
      const fleet = replicas(20, {}, { lifetimeSeconds });
      const load = new FleetLoad(fleet);
      load.callAll();
      await fleet.clock.advance(1_000);
      // As often as each is renewed at the earliest.
      const lifetimes = 10;
      const everyMs = lifetimeSeconds * 5;
      await load.keepCalling(lifetimeSeconds * 1_000 * lifetimes, everyMs);
      expect(load.failed).toEqual([]);
      expect(load.ended).toBe(0);
      expect(load.longestMs).toBeLessThan(1_000);
      expect(fleet.requestedAt.length).toBeLessThanOrEqual(lifetimes / 0.7 + 1);
    },
  );

  it('make one token request for all who ask for a longer validity than is left', async () => {
    const fleet = replicas(20);
    const load = new FleetLoad(fleet);
    load.callAll();
    await fleet.clock.advance(HOUR * 0.6);
    load.callAll({ minValidityMs: HOUR / 2 });
    await fleet.clock.advance(1_000);
    expect(load.failed).toEqual([]);
    expect(load.tokens).toEqual(new Set(['token-1', 'token-2']));
    expect(fleet.requestedAt).toHaveLength(2);
  });

  it('serve one that starts later with the token there is', async () => {
    const fleet = replicas(20);
    const load = new FleetLoad(fleet);
    load.callAll();
    await fleet.clock.advance(HOUR / 2);
    load.call(fleet.start());
    await fleet.clock.advance(0);
    expect(load.served).toHaveLength(21);
    expect(fleet.requestedAt).toHaveLength(1);
  });

  it('make one token request for a new pair that their function brings', async () => {
    let secret = 'secret';
    const credentials = () => ({ clientId: 'client', clientSecret: secret });
    const fleet = replicas(20, { credentials });
    const load = new FleetLoad(fleet);
    load.callAll();
    await fleet.clock.advance(1_000);
    secret = 'rotated';
    fleet.aspose.secrets.clear();
    fleet.aspose.secrets.add(secret);
    await load.keepCalling(HOUR * 0.98, 10_000);
    expect(load.failed).toEqual([]);
    expect(load.ended).toBe(0);
    expect(load.tokens).toEqual(new Set(['token-1', 'token-2']));
    expect(fleet.aspose.requests.map((request) => request.secret)).toEqual([
      'secret',
      'secret',
      'rotated',
    ]);
  });

  it('make one token request for a new pair while all are cold and the old one is refused', async () => {
    let asked = 0;
    const credentials = () => ({
      clientId: 'client',
      clientSecret: (asked += 1) > 20 ? 'rotated' : 'secret',
    });
    const fleet = replicas(20, { credentials });
    fleet.aspose.secrets.clear();
    fleet.aspose.secrets.add('rotated');
    const load = new FleetLoad(fleet);
    await load.keepCalling(12_000, 1_000);
    expect(fleet.aspose.requests.map((request) => request.secret)).toEqual([
      'secret',
      'rotated',
    ]);
    const last = load.settled.slice(-20);
    expect(last.filter(({ token }) => token !== undefined)).toHaveLength(20);
  });
});
