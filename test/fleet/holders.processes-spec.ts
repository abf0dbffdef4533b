import { describe, expect, it } from 'vitest';

import { eventually } from '../support/eventually.js';
import { Fleet } from './support/fleet.js';
import { FleetCloud } from './support/fleet-cloud.js';
import { together } from './support/outcomes.js';
import { EACH_WAY, FIRST_WAYS, tellMasters } from './support/ways.js';

/** Short, so that the tests are. The lease is a second longer. */
const TIMEOUTS = { attemptMs: 1_000, flightMs: 60_000 };
const LEASE_MS = TIMEOUTS.attemptMs + 1_000;
const TOLERANCE = 4;

/** What a cold replica does that gets the lock, one after the other, and whether its request was sent by then. */
const STEPS = [
  { step: 'after read log 1', isSent: false, isStored: false },
  { step: 'after lock 1', isSent: false, isStored: false },
  { step: 'after read log 2', isSent: false, isStored: false },
  { step: 'before write log 1', isSent: false, isStored: false },
  { step: 'after write log 1', isSent: false, isStored: false },
  { step: 'sent', isSent: true, isStored: false },
  { step: 'before write token 1', isSent: true, isStored: false },
  { step: 'after write token 1', isSent: true, isStored: true },
  { step: 'before write log 2', isSent: true, isStored: true },
  { step: 'after write log 2', isSent: true, isStored: true },
];

describe.each(EACH_WAY)('With $name,', ({ library, start }) => {
  it('a holder that is shut down gives its lock back before its process ends', async () => {
    await using redis = await start();
    await using cloud = await FleetCloud.start();
    await using fleet = await Fleet.start(2, {
      library,
      redis: redis.address,
      options: cloud.options,
    });
    const [holder, next] = fleet.replicas;
    cloud.emulator.failNext({ kind: 'hang' });
    void holder!.getToken().catch(() => {});
    await eventually(() => expect(cloud.tokenRequests).toBe(1));
    // As a Redis that was restarted: it needs the script that gives a lock back.
    await tellMasters(redis, 'SCRIPT', 'FLUSH');

    await holder!.shutDown();
    const outcome = await next!.getToken();

    expect(outcome.failed).toBe(0);
    // By default, a lease has 5 s.
    expect(outcome.slowestMs).toBeLessThan(3_000);
  });
});

describe.each(FIRST_WAYS)('With $name,', ({ library, start }) => {
  it.concurrent.for(
    STEPS.flatMap((step) => [
      { ...step, times: 1, often: 'once' },
      // Where there is a token already, nobody comes to that step again.
      ...(step.isStored ? [] : [{ ...step, times: 2, often: 'twice' }]),
    ]),
  )(
    'the others are served within lease + 1 s when the holder is killed $often, $step',
    async ({ step, isSent, isStored, times }) => {
      await using redis = await start();
      await using cloud = await FleetCloud.start();
      cloud.emulator.latencyMs = 20;
      await using fleet = await Fleet.start(2 + times, {
        library,
        redis: redis.address,
        options: { ...cloud.options, timeouts: TIMEOUTS },
        dies: (index) =>
          index < times
            ? { step, signal: 'SIGKILL' as const, afterMs: 10 }
            : undefined,
      });
      const holders = fleet.replicas.slice(0, times);
      const others = fleet.replicas.slice(times);

      // One after the other gets the lock.
      await Promise.all(
        holders.map((one) => expect(one.getToken()).rejects.toThrow('SIGKILL')),
      );
      const outcome = together(
        await Promise.all(others.map((one) => one.getToken())),
      );

      expect(outcome.failed).toBe(0);
      expect(outcome.values).toHaveLength(1);
      expect(outcome.slowestMs).toBeLessThan((LEASE_MS + 1_000) * TOLERANCE);
      const requests = isStored ? 1 : 1 + (isSent ? times : 0);
      expect(cloud.tokenRequests).toBe(requests);
    },
  );

  it.concurrent.for(STEPS)(
    'a holder that is stopped past its lease, $step, sends nothing and overwrites nothing',
    async ({ step, isSent, isStored }) => {
      await using redis = await start();
      await using cloud = await FleetCloud.start();
      cloud.emulator.latencyMs = 20;
      await using fleet = await Fleet.start(3, {
        library,
        redis: redis.address,
        options: { ...cloud.options, timeouts: TIMEOUTS },
        dies: (index) =>
          index === 0
            ? { step, signal: 'SIGSTOP' as const, afterMs: 10 }
            : undefined,
      });
      const [holder, ...others] = fleet.replicas;

      const stopped = holder!.getToken();
      await holder!.reached(step);
      const outcome = together(
        await Promise.all(others.map((one) => one.getToken())),
      );
      // It is past its lease in any case: what is stored serves the others at once.
      await new Promise((resolve) =>
        setTimeout(resolve, isStored ? LEASE_MS : 0),
      );
      holder!.thaw();
      const late = await stopped;
      await fleet.restart(1);
      const after = await fleet.replicas[1]!.getToken();

      expect([outcome.failed, late.failed, after.failed]).toEqual([0, 0, 0]);
      expect(cloud.tokenRequests).toBe(isSent && !isStored ? 2 : 1);
      expect(after.values).toEqual(outcome.values);
      await eventually(async () => {
        const { explained } = await holder!.report();
        expect(explained).not.toMatch(/type: '(refused|throttled)'/);
      });
    },
  );
});
