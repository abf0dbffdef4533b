import { setTimeout as passed } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { Fleet } from './support/fleet.js';
import { FleetCloud } from './support/fleet-cloud.js';
import { together } from './support/outcomes.js';
import type { Replica } from './support/replica.js';
import { FACTOR, real, SCALED_TIMEOUTS } from './support/scaled-time.js';
import {
  EACH_WAY,
  FIRST_WAYS,
  type SomeRedis,
  tellMasters,
} from './support/ways.js';

const REPLICAS = 20;
const OUTAGE_MS = 5 * 60_000;

/** Where only a real time will do, the limit is four times what is promised. */
const TOLERANCE = 4;

/**
 * How many times as many requests as one makes. By a turned clock, it is a fifth more at the most. Here, clocks are so fast that
 * the second by which a lease outlasts its attempt is 17 ms, and a busy machine takes as long: then another process sends as well.
 */
const OVERLAP = 2;

const freeze = ({ servers }: SomeRedis) => {
  for (const server of servers) server.freeze();
};
const thaw = ({ servers }: SomeRedis) => {
  for (const server of servers) server.thaw();
};

describe.each(EACH_WAY)(
  'A Redis that hangs, with $name,',
  ({ library, start }) => {
    it('fails 0 calls and adds 0 ms to them while 20 replicas have a token', async () => {
      await using redis = await start();
      await using cloud = await FleetCloud.start();
      await using fleet = await Fleet.start(REPLICAS, {
        library,
        redis: redis.address,
        options: cloud.options,
      });
      await fleet.each((one) => one.getToken());
      const asked = await fleet.each(timesAsked);

      freeze(redis);
      const outcome = together(await fleet.each((one) => one.call(10)));
      thaw(redis);

      expect(outcome).toMatchObject({ failed: 0, values: ['200'] });
      expect(cloud.tokenRequests).toBe(1);
      // It is not even asked.
      expect(await fleet.each(timesAsked)).toEqual(asked);
    });

    it('adds 250 ms to a fetch, and not again within 10 s', async () => {
      await using redis = await start();
      await using cloud = await FleetCloud.start();
      await using fleet = await Fleet.start(1, {
        library,
        redis: redis.address,
        options: cloud.options,
      });
      const [one] = fleet.replicas;
      await one!.getToken();
      freeze(redis);

      const first = await one!.getToken(1, cloud.emulator.url);
      const { store } = await one!.report();
      const second = await one!.getToken(1, cloud.emulator.url);
      const report = await one!.report();
      thaw(redis);

      expect([first.failed, second.failed]).toEqual([0, 0]);
      expect(first.slowestMs).toBeGreaterThanOrEqual(250);
      expect(first.slowestMs).toBeLessThan(250 * TOLERANCE);
      expect(report.store).toMatchObject({ asked: store.asked });
      expect(report.events.filter((type) => /^store/.test(type))).toEqual([
        'store-passed-over',
      ]);
    });

    it('adds 2 s at the most at the birth of a process', async () => {
      await using redis = await start();
      await using cloud = await FleetCloud.start();
      freeze(redis);
      await using fleet = await Fleet.start(1, {
        library,
        redis: redis.address,
        options: cloud.options,
      });

      const outcome = together(await fleet.each((one) => one.getToken()));
      thaw(redis);

      expect(outcome.failed).toBe(0);
      expect(outcome.slowestMs).toBeLessThan(2_000 * TOLERANCE);
    });
  },
);

describe.each(FIRST_WAYS)('With $name,', ({ library, start }) => {
  const replicas = async (
    count: number,
    cloud: FleetCloud,
    redis: SomeRedis,
    factor?: number,
  ) =>
    Fleet.start(count, {
      library,
      redis: redis.address,
      options: {
        ...cloud.options,
        ...(factor && { timeouts: SCALED_TIMEOUTS }),
      },
      clock: factor ? { factor } : {},
    });

  it.each([
    { what: 'is down', fault: { kind: 'html', status: 503 } as const },
    { what: 'hangs', fault: { kind: 'hang' } as const },
  ])(
    'a token endpoint that $what gets no more requests from 20 replicas than from one, and all are served within 31 s of its healing',
    async ({ fault }) => {
      const outageOf = async (count: number) => {
        await using redis = await start();
        await using cloud = await FleetCloud.start({ factor: FACTOR });
        await using fleet = await replicas(count, cloud, redis, FACTOR);
        cloud.emulator.failNext(fault, { times: Infinity });
        const healsAt = cloud.now() + OUTAGE_MS;
        await fleet.each(async (replica) => {
          while (cloud.now() < healsAt) {
            await replica.getToken();
            await passed(real(3_000));
          }
        });
        const requests = cloud.answers.filter(({ at }) => at < healsAt).length;
        cloud.emulator.heal();
        const healedAt = cloud.now();
        await fleet.each(async (replica) => {
          while ((await replica.getToken()).failed > 0)
            await passed(real(1_000));
        });
        return { requests, servedAfterMs: cloud.now() - healedAt };
      };

      const ofOne = await outageOf(1);
      const ofAll = await outageOf(REPLICAS);

      expect(ofAll.requests).toBeGreaterThan(1);
      expect(ofAll.requests).toBeLessThanOrEqual(ofOne.requests * OVERLAP);
      expect(ofAll.servedAfterMs).toBeLessThan(31_000 * TOLERANCE);
    },
  );

  it.each([
    {
      what: 'is killed',
      act: async ({ servers }: SomeRedis) => {
        await Promise.all(servers.map((server) => server.kill()));
      },
      isGone: () => true,
    },
    {
      what: 'is paused',
      act: async ({ servers }: SomeRedis) => {
        for (const server of servers)
          await server.command('CLIENT', 'PAUSE', '60000', 'ALL');
      },
      isGone: () => true,
    },
    {
      what: 'is flushed',
      act: (redis: SomeRedis) => tellMasters(redis, 'FLUSHALL'),
      isGone: () => false,
    },
    {
      what: 'forgets its scripts',
      act: async ({ servers }: SomeRedis) => {
        for (const server of servers) await server.command('SCRIPT', 'FLUSH');
      },
      isGone: () => false,
    },
    {
      what: 'is restarted',
      act: async (redis: SomeRedis) => {
        for (const server of redis.servers) {
          await server.kill();
          await server.restart();
        }
        await redis.awaitWhole();
        // Clients try again after 50 ms.
        await passed(1_000);
      },
      // Those of several processes look for them first.
      isGone: ({ servers }: SomeRedis) => servers.length > 1,
    },
  ])(
    'a Redis that $what fails no call of 20 replicas, with a token or with one that is revoked then',
    async ({ act, isGone }) => {
      await using redis = await start();
      await using cloud = await FleetCloud.start();
      await using fleet = await replicas(REPLICAS, cloud, redis);
      await fleet.each((one) => one.getToken());

      await act(redis);
      const calls = together(await fleet.each((one) => one.call(10)));
      cloud.emulator.revokeAll();
      const revoked = together(await fleet.each((one) => one.call(10)));

      expect(calls).toMatchObject({ failed: 0, values: ['200'] });
      expect(revoked).toMatchObject({ failed: 0, values: ['200'] });
      expect(cloud.tokenRequests).toBeLessThanOrEqual(
        isGone(redis) ? 1 + REPLICAS : 2,
      );
    },
  );

  it('a Redis that was away is asked again after 10 s', async () => {
    await using redis = await start();
    await using cloud = await FleetCloud.start({ factor: FACTOR });
    await using fleet = await replicas(3, cloud, redis, FACTOR);
    await fleet.each((one) => one.getToken());
    const unauthorizedBy = async (api: string) =>
      together(await fleet.each((one) => one.getToken(1, api)));
    freeze(redis);
    expect((await unauthorizedBy('https://api.one')).failed).toBe(0);
    expect(cloud.tokenRequests).toBe(4);
    thaw(redis);
    for (const server of redis.servers) await server.command('PING');
    await passed(real(10_000));

    const outcome = await unauthorizedBy('https://api.two');

    expect(outcome.failed).toBe(0);
    expect(cloud.tokenRequests).toBe(5);
    for (const { events } of await fleet.each((one) => one.report()))
      expect(events.filter((type) => /^store/.test(type))).toEqual([
        'store-passed-over',
        'store-recovered',
      ]);
  });

  it('a replica that computes for 3 s while Redis answers goes by what it answered', async () => {
    await using redis = await start();
    await using cloud = await FleetCloud.start();
    await using fleet = await replicas(2, cloud, redis);
    const [first, second] = fleet.replicas;
    await first!.getToken();
    await second!.call().catch(() => {});
    cloud.emulator.revokeAll();
    await first!.call();
    const before = cloud.tokenRequests;

    const asking = second!.getToken(1, cloud.emulator.url);
    await second!.block(3_000, { soon: true });
    const outcome = await asking;
    const { events } = await second!.report();

    expect(outcome.failed).toBe(0);
    expect(cloud.tokenRequests).toBe(before);
    expect(events).not.toContain('store-passed-over');
  });

  it('0 expired tokens are sent by replicas whose clocks are 5 min apart', async () => {
    const lifetimeSeconds = 300;
    await using redis = await start();
    await using cloud = await FleetCloud.start({
      factor: FACTOR,
      lifetimeSeconds,
    });
    const withClock = (wrongByMs: number) =>
      Fleet.start(1, {
        library,
        redis: redis.address,
        options: { ...cloud.options, timeouts: SCALED_TIMEOUTS },
        clock: { factor: FACTOR, wrongByMs },
      });
    await using slow = await withClock(-300_000);
    await using right = await withClock(0);
    await using fast = await withClock(300_000);

    const until = performance.now() + real(2.5 * lifetimeSeconds * 1_000);
    while (performance.now() < until)
      for (const { replicas } of [slow, right, fast]) {
        expect((await replicas[0]!.call()).failed).toBe(0);
        await passed(20);
      }

    expect(cloud.emulator.counters.callsWithInvalidToken).toBe(0);
    expect(cloud.tokenRequests).toBeLessThanOrEqual(5);
  });
});

describe.each(EACH_WAY.filter(({ name }) => name.includes('sentinels')))(
  '20 replicas with $name',
  ({ library, start }) => {
    it('fail no call while a replica of Redis takes over, and make 1 token request after that', async () => {
      await using redis = await start();
      await using cloud = await FleetCloud.start();
      await using fleet = await Fleet.start(REPLICAS, {
        library,
        redis: redis.address,
        options: cloud.options,
      });
      await fleet.each((one) => one.getToken());
      const [master, replica] = redis.servers;

      await master!.kill();
      const meanwhile = together(await fleet.each((one) => one.call(10)));
      while (!(await replica!.command('ROLE')).startsWith('master'))
        await passed(100);
      // node-redis looks once a second who the master is, and twenty processes take seconds to connect.
      await passed(5_000);
      cloud.emulator.revokeAll();
      const outcome = together(await fleet.each((one) => one.call(10)));

      expect(meanwhile.failed).toBe(0);
      expect(outcome.failed).toBe(0);
      expect(cloud.tokenRequests).toBe(2);
    });
  },
);

async function timesAsked(one: Replica): Promise<number> {
  const { store } = await one.report();
  return store.asked;
}
