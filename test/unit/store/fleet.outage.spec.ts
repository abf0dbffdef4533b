import { describe, expect, it } from 'vitest';

import type { Treatment } from '../../support/aspose-model.js';
import { FleetLoad } from '../../support/fleet-load.js';
import { replicas } from '../../support/replicas.js';
import { scaled } from '../../support/scale.js';

const MINUTE = 60_000;

const OUTAGES: readonly Treatment['kind'][] = ['fail', 'hang'];

describe.each(OUTAGES)(
  'a token endpoint that for 5 minutes does: %s',
  (kind) => {
    it.each([
      ['cold', 0],
      ['with a token that ends meanwhile', 2 * MINUTE],
    ])(
      'gets from many processes no more requests than from one, ± 20 %%, and all are served within 31 s of its healing: %s',
      async (_, lifetimeMs) => {
        const one = await outage(1, kind, lifetimeMs);
        const fleet = await outage(scaled(4, 20), kind, lifetimeMs);
        expect(fleet.requests).toBeLessThanOrEqual(
          Math.ceil(one.requests * 1.2),
        );
        expect(fleet.requests).toBeGreaterThanOrEqual(one.requests * 0.5);
        expect(fleet.servedAfterMs).toBeLessThanOrEqual(31_000);
        expect(fleet.ended).toBe(0);
      },
    );
  },
);

/** Tells how many requests there were, and after what time the last process was served once the endpoint was well. */
async function outage(
  count: number,
  kind: Treatment['kind'],
  lifetimeMs: number,
): Promise<{ requests: number; servedAfterMs: number; ended: number }> {
  const fleet = replicas(
    count,
    {},
    { lifetimeSeconds: Math.max(lifetimeMs / 1_000, 60) },
  );
  const load = new FleetLoad(fleet);
  if (lifetimeMs > 0) {
    load.callAll();
    await fleet.clock.advance(lifetimeMs / 2);
  }
  const before = fleet.requestedAt.length;
  fleet.aspose.treat = () => ({ kind });
  await load.keepCalling(5 * MINUTE, 500);
  const requests = fleet.requestedAt.length - before;
  fleet.aspose.treat = () => ({ kind: 'grant' });
  fleet.aspose.lifetimeSeconds = 3_600;
  const healedAt = fleet.clock.monotonicNow();
  await load.keepCalling(MINUTE, 500);
  const servedAt = fleet.towers.map((tower) => {
    const call = load.served.find(
      ({ replica, startedAt, tookMs }) =>
        replica === tower && startedAt + tookMs >= healedAt,
    );
    return (call?.startedAt ?? Infinity) + (call?.tookMs ?? 0);
  });
  return {
    requests,
    servedAfterMs: Math.max(...servedAt) - healedAt,
    ended: load.ended,
  };
}
