import { describe, expect, it } from 'vitest';

import { FleetLoad } from '../../support/fleet-load.js';
import { replicas } from '../../support/replicas.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('processes whose clocks are up to 5 minutes apart, from one another and from the store', () => {
  it.each([300, 3_600])(
    'hand out no token of %i s that has ended, and make one request in its lifetime',
    async (lifetimeSeconds) => {
      const fleet = replicas(0, {}, { lifetimeSeconds });
      for (const minutes of [-5, -2, 0, 3, 5])
        fleet.start(
          {},
          {
            ahead: {
              monotonicMs: minutes * 100 * MINUTE,
              wallMs: minutes * MINUTE,
            },
          },
        );
      const load = new FleetLoad(fleet);
      const lifetimes = 5;
      await load.keepCalling(
        lifetimes * lifetimeSeconds * 1_000,
        lifetimeSeconds * 5,
      );
      expect(load.failed).toEqual([]);
      expect(load.ended).toBe(0);
      expect(fleet.requestedAt.length).toBeLessThanOrEqual(lifetimes / 0.7 + 1);
    },
  );

  it('are refused four times in ten minutes at the most', async () => {
    const fleet = replicas(0);
    for (const minutes of [-5, 0, 5])
      fleet.start({}, { ahead: { monotonicMs: minutes * HOUR } });
    fleet.aspose.secrets.clear();
    const load = new FleetLoad(fleet);
    await load.keepCalling(25 * MINUTE, 5_000);
    expect(fleet.aspose.mostRefusals).toBeLessThanOrEqual(4);
    expect(fleet.aspose.bans).toBe(0);
  });

  it('hand out no token that has ended when a clock is set meanwhile', async () => {
    const fleet = replicas(3, {}, { lifetimeSeconds: 600 });
    const load = new FleetLoad(fleet);
    await load.keepCalling(5 * HOUR, 20_000, (passedMs) => {
      if (passedMs % HOUR === 0)
        fleet.clock.setWallClock((passedMs / HOUR) % 2 ? -240_000 : 240_000);
    });
    expect(load.failed).toEqual([]);
    expect(load.ended).toBe(0);
  });
});
