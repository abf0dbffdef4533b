import { setTimeout as passed } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { Fleet } from './support/fleet.js';
import { FleetCloud } from './support/fleet-cloud.js';
import { together } from './support/outcomes.js';
import { FACTOR, real, SCALED_TIMEOUTS } from './support/scaled-time.js';
import { EACH_WAY, FIRST_WAYS } from './support/ways.js';

const REPLICAS = 20;

describe.each(EACH_WAY)('20 replicas with $name', ({ library, start }) => {
  it('make 1 token request when all are cold, their clients made in the same tick as the module', async () => {
    await using redis = await start();
    await using cloud = await FleetCloud.start();
    await using fleet = await Fleet.start(REPLICAS, {
      library,
      redis: redis.address,
      options: cloud.options,
    });

    const outcome = together(await fleet.each((one) => one.getToken(25)));

    expect(outcome).toMatchObject({ failed: 0, codes: [] });
    expect(outcome.values).toHaveLength(1);
    expect(cloud.tokenRequests).toBe(1);
  });
});

describe.each(FIRST_WAYS)('20 replicas with $name', ({ library, start }) => {
  it('make 1 token request when all are warmed up as they boot', async () => {
    await using redis = await start();
    await using cloud = await FleetCloud.start();
    await using fleet = await Fleet.start(REPLICAS, {
      library,
      redis: redis.address,
      options: { ...cloud.options, warmUp: 'require' },
    });

    const outcome = together(await fleet.each((one) => one.getToken()));

    expect(outcome.failed).toBe(0);
    expect(cloud.tokenRequests).toBe(1);
  });

  it('make 1 token request in a lifetime', async () => {
    const lifetimeSeconds = 600;
    await using redis = await start();
    await using cloud = await FleetCloud.start({
      factor: FACTOR,
      lifetimeSeconds,
    });
    await using fleet = await Fleet.start(REPLICAS, {
      library,
      redis: redis.address,
      options: { ...cloud.options, timeouts: SCALED_TIMEOUTS },
      clock: { factor: FACTOR },
    });
    await fleet.each((one) => one.getToken());
    expect(cloud.tokenRequests).toBe(1);

    // Falls due after 70 to 80 % of its lifetime.
    const until = performance.now() + real(lifetimeSeconds * 1_000);
    let failed = 0;
    while (performance.now() < until) {
      failed += together(await fleet.each((one) => one.getToken())).failed;
      await passed(100);
    }

    expect(failed).toBe(0);
    expect(cloud.tokenRequests).toBe(2);
  });

  it('make 1 token request for 20 × 500 callers whose token was revoked, and fail none', async () => {
    await using redis = await start();
    await using cloud = await FleetCloud.start();
    await using fleet = await Fleet.start(REPLICAS, {
      library,
      redis: redis.address,
      options: cloud.options,
    });
    await fleet.each((one) => one.getToken());
    cloud.emulator.revokeAll();

    const outcome = together(
      await fleet.each((one) => one.getToken(500, cloud.emulator.url)),
    );

    expect(outcome.failed).toBe(0);
    expect(outcome.values).toHaveLength(1);
    expect(cloud.tokenRequests).toBe(2);
  });

  it('call an API with 1 token request after theirs was revoked', async () => {
    await using redis = await start();
    await using cloud = await FleetCloud.start();
    await using fleet = await Fleet.start(REPLICAS, {
      library,
      redis: redis.address,
      options: cloud.options,
    });
    await fleet.each((one) => one.getToken());
    cloud.emulator.revokeAll();

    const outcome = together(await fleet.each((one) => one.call(10)));

    expect(outcome).toMatchObject({ failed: 0, values: ['200'] });
    expect(cloud.tokenRequests).toBe(2);
  });

  it('make 1 token request for a new pair', async () => {
    await using redis = await start();
    await using cloud = await FleetCloud.start();
    const { clientId } = cloud.emulator;
    const clientSecret = 'a secret that is the new one';
    await using before = await Fleet.start(REPLICAS / 2, {
      library,
      redis: redis.address,
      options: cloud.options,
    });
    await before.each((one) => one.getToken());
    cloud.emulator.clientSecret = clientSecret;
    await using after = await Fleet.start(REPLICAS / 2, {
      library,
      redis: redis.address,
      options: { ...cloud.options, clientId, clientSecret },
    });

    const outcome = together(await after.each((one) => one.getToken()));

    expect(outcome.failed).toBe(0);
    expect(cloud.tokenRequests).toBe(2);
    expect(together(await before.each((one) => one.getToken())).failed).toBe(0);
    expect(cloud.tokenRequests).toBe(2);
  });
});
