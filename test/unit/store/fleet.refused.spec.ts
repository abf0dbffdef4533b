import { describe, expect, it } from 'vitest';

import { scaled } from '../../support/scale.js';
import type { Treatment } from '../../support/aspose-model.js';
import { FleetLoad } from '../../support/fleet-load.js';
import {
  type Replica,
  type Replicas,
  replicas,
} from '../../support/replicas.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** An orchestrator starts a process anew so long after it ended. */
const RESTART_MS = 10_000;
/** After so long it is killed if it has not come up. */
const MAX_BOOT_MS = 15_000;
const TICK_MS = 1_000;

describe('processes in a crash loop with a wrong secret', () => {
  it('are refused four times in ten minutes at the most', async () => {
    const fleet = await crashLoop();
    expect(fleet.aspose.requests.length).toBeGreaterThan(3);
    expectNoBan(fleet);
  });

  it('are refused no more often when each holder of the lock is killed in flight', async () => {
    const fleet = await crashLoop({
      onStart: ({ life }) => life.once('after send', () => life.kill()),
    });
    expect(fleet.aspose.requests.length).toBeGreaterThan(3);
    expectNoBan(fleet);
  });

  it('are refused no more often when every other holder of the lock is killed in flight', async () => {
    let holders = 0;
    const fleet = await crashLoop({
      onStart: ({ life }) =>
        life.once('after send', () => {
          if ((holders += 1) % 2 === 0) life.kill();
        }),
    });
    expect(fleet.aspose.requests.length).toBeGreaterThan(3);
    expectNoBan(fleet);
  });

  it('are refused no more often when the holder is killed before it tells what it heard', async () => {
    const fleet = await crashLoop({
      onStart: ({ life }) =>
        life.once('after send', () =>
          life.once('before write log', () => life.kill()),
        ),
    });
    expect(fleet.aspose.requests.length).toBeGreaterThan(3);
    expectNoBan(fleet);
  });

  it('are refused no more often when they are refused and the endpoint fails in turn', async () => {
    const fleet = await crashLoop({
      treat: (number) => ({ kind: number % 2 === 0 ? 'fail' : 'refuse' }),
    });
    expect(fleet.aspose.requests.length).toBeGreaterThan(6);
    expectNoBan(fleet);
  });

  it('are refused no more often when answers take 5 s', async () => {
    const fleet = await crashLoop({
      treat: () => ({ kind: 'refuse', afterMs: 5_000 }),
    });
    expect(fleet.aspose.requests.length).toBeGreaterThan(3);
    expectNoBan(fleet);
  });

  it('are refused no more often when answers take 5 s and they live on', async () => {
    const fleet = await crashLoop({
      processes: scaled(3, 20),
      livesMs: HOUR,
      treat: () => ({ kind: 'refuse', afterMs: 5_000 }),
    });
    expect(fleet.aspose.requests.length).toBeGreaterThan(3);
    expectNoBan(fleet);
  });

  it('are refused no more often when answers take 25 s and nobody lives to hear them', async () => {
    const fleet = await crashLoop({
      treat: () => ({ kind: 'refuse', afterMs: 25_000 }),
    });
    expect(fleet.aspose.requests.length).toBeGreaterThan(3);
    expectNoBan(fleet);
  });

  it('are refused no more often when the store is cleared twice', async () => {
    // What a process knows comes back while one of them lives.
    const fleet = await crashLoop({
      processes: scaled(4, 20),
      livesMs: 30_000,
      meanwhile: ({ store }, passedMs) => {
        if ([3, 7].includes(passedMs / MINUTE)) store.clear();
      },
    });
    expect(fleet.aspose.requests.length).toBeGreaterThan(3);
    expectNoBan(fleet);
  });
});

describe('processes whose secret is revoked in use', () => {
  it('serve the token until it ends, and are refused four times in ten minutes at the most', async () => {
    const fleet = replicas(scaled(4, 20));
    const load = new FleetLoad(fleet);
    load.callAll();
    await fleet.clock.advance(1_000);
    fleet.aspose.secrets.clear();
    await load.keepCalling(HOUR * 0.99, 20_000);
    expect(load.failed).toEqual([]);
    await load.keepCalling(30 * MINUTE, 5_000);
    expect(load.ended).toBe(0);
    expect(load.failed.length).toBeGreaterThan(0);
    expectNoBan(fleet);
  });

  it('are served with a new token within ten minutes of its return', async () => {
    const fleet = replicas(scaled(4, 20));
    const load = new FleetLoad(fleet);
    fleet.aspose.secrets.clear();
    await load.keepCalling(30 * MINUTE, 5_000);
    fleet.aspose.secrets.add('secret');
    const returnedAt = fleet.clock.monotonicNow();
    await load.keepCalling(11 * MINUTE, 2_000);
    const firstServed = fleet.towers.map(
      (tower) =>
        load.served.find(({ replica }) => replica === tower)!.startedAt,
    );
    expect(Math.max(...firstServed) - returnedAt).toBeLessThanOrEqual(
      10 * MINUTE + 3_000,
    );
    expectNoBan(fleet);
  });

  it('share one ladder: a throttled pair asks in the end once in 15 minutes', async () => {
    const fleet = replicas(scaled(4, 20));
    const load = new FleetLoad(fleet);
    fleet.answer = async () => ({ status: 429, headers: {}, body: '' });
    await load.keepCalling(2 * HOUR, 5_000);
    // 60 s doubling to 10 min.
    expect(fleet.requestedAt.length).toBeLessThanOrEqual(4 + 12);
  });
});

/** How a crash loop goes. Times are in milliseconds. */
interface CrashLoop {
  /** @default 20, or fewer unless all is tried in whole */
  readonly processes?: number;
  /** How long processes live; those that have not long end with their first failure. */
  readonly livesMs?: number;
  readonly treat?: (number: number) => Treatment;
  readonly onStart?: (replica: Replica) => void;
  readonly meanwhile?: (fleet: Replicas, passedMs: number) => void;
}

/** Processes start, ask, end and are started anew for 25 minutes. */
async function crashLoop({
  processes = scaled(8, 20),
  livesMs,
  treat = () => ({ kind: 'refuse' }),
  onStart,
  meanwhile,
}: CrashLoop = {}): Promise<Replicas> {
  const fleet = replicas(0);
  fleet.aspose.secrets.clear();
  fleet.aspose.treat = treat;
  const slots = Array.from({ length: processes }, (_, slot) => ({
    startsAt: slot * TICK_MS,
    endsAt: Infinity,
    replica: undefined as Replica | undefined,
  }));
  for (let passedMs = 0; passedMs < 22 * MINUTE; passedMs += TICK_MS) {
    meanwhile?.(fleet, passedMs);
    for (const slot of slots) {
      if (passedMs >= slot.endsAt) {
        slot.replica?.life.kill();
        slot.replica = undefined;
        slot.endsAt = Infinity;
        slot.startsAt = passedMs + RESTART_MS;
      } else if (slot.replica === undefined && passedMs >= slot.startsAt) {
        slot.replica = fleet.start();
        onStart?.(slot.replica);
        slot.endsAt = passedMs + (livesMs ?? MAX_BOOT_MS);
      }
      slot.replica?.tokens.getToken().catch(() => {
        if (livesMs === undefined) slot.endsAt = passedMs;
      });
    }
    await fleet.clock.advance(TICK_MS);
  }
  return fleet;
}

function expectNoBan({ aspose: { mostRefusals, bans } }: Replicas): void {
  expect({ bans, isBounded: mostRefusals <= 4, mostRefusals }).toEqual({
    bans: 0,
    isBounded: true,
    mostRefusals,
  });
}
