import { setTimeout as passed } from 'node:timers/promises';

import { describe, expect, it, onTestFinished } from 'vitest';

import type { AsposeAuthModuleOptions } from '../../lib/index.js';
import { Fleet } from './support/fleet.js';
import { FleetCloud } from './support/fleet-cloud.js';
import { FACTOR, real, SCALED_TIMEOUTS } from './support/scaled-time.js';
import { EACH_WAY, FIRST_WAYS, tellMasters } from './support/ways.js';

const REPLICAS = 20;

/** More than ten minutes: until a fifth refusal would be among them. */
const LOOP_MS = 11 * 60_000;

/** As Kubernetes waits before it restarts what crashed, but never longer than this. */
const FIRST_RESTART_MS = 10_000;
const LAST_RESTART_MS = 80_000;

const SECRET = 'a secret that is wrong';

const wrong = (cloud: FleetCloud): AsposeAuthModuleOptions => ({
  ...cloud.options,
  clientSecret: SECRET,
  timeouts: SCALED_TIMEOUTS,
});

/** What becomes of a replica that has sent a token request. */
const KILLED = { step: 'sent', signal: 'SIGKILL', afterMs: 5 } as const;

/**
 * Tells whether some time since the first refusal is still to come: a busy machine may take long to get that far.
 *
 * Nothing is to come once the test has ended: what one replica fails by ends it, but not the loops of the others.
 */
function momentsToCome(cloud: FleetCloud): (ms: number) => boolean {
  let isOver = false;
  onTestFinished(() => void (isOver = true));
  return (ms) => {
    const [first = Infinity] = cloud.refusedAt;
    return !isOver && cloud.now() < first + ms;
  };
}

/**
 * Has each replica crash whenever it gets no token, for more than ten minutes from the first refusal.
 *
 * @param end - ends its app.
 */
async function crashLoop(
  fleet: Fleet,
  cloud: FleetCloud,
  {
    end = async () => {},
    isKilled = () => false,
  }: {
    readonly end?: (index: number) => Promise<void>;
    readonly isKilled?: (index: number) => boolean;
  } = {},
): Promise<void> {
  const isToCome = momentsToCome(cloud);
  await fleet.each(async (_, index) => {
    let pauseMs = FIRST_RESTART_MS;
    while (isToCome(LOOP_MS)) {
      // It may be killed meanwhile.
      const outcome = await fleet.replicas[index]!.getToken().catch(() => {});
      if (outcome?.failed === 0) throw new Error('The wrong secret is right.');
      await end(index);
      await passed(real(pauseMs * (0.75 + Math.random() / 2)));
      pauseMs = Math.min(2 * pauseMs, LAST_RESTART_MS);
      await fleet.restart(index, isKilled(index) ? KILLED : undefined);
    }
  });
}

/** The fifth refusal in ten minutes bans the pair. */
function expectNoBan(cloud: FleetCloud): void {
  const [first = 0] = cloud.refusedAt;
  const seconds = cloud.refusedAt.map((at) => Math.round((at - first) / 1_000));
  expect(seconds).not.toEqual([]);
  expect(
    cloud.refusalsInTenMinutes,
    `refused after ${seconds.join(', ')} s`,
  ).toBeLessThanOrEqual(4);
}

describe.each(EACH_WAY)(
  '20 replicas in a crash loop with a wrong secret, with $name',
  ({ library, start }) => {
    it('are refused no more than 4 times in 10 minutes', async () => {
      await using redis = await start();
      await using cloud = await FleetCloud.start({ factor: FACTOR });
      await using fleet = await Fleet.start(REPLICAS, {
        library,
        redis: redis.address,
        options: wrong(cloud),
        clock: { factor: FACTOR },
      });

      await crashLoop(fleet, cloud);

      expectNoBan(cloud);
    });
  },
);

describe.each(FIRST_WAYS)(
  '20 replicas in a crash loop with a wrong secret, with $name,',
  ({ library, start }) => {
    const started = async (
      cloud: FleetCloud,
      redis: Awaited<ReturnType<typeof start>>,
      dies?: (index: number) => typeof KILLED | undefined,
      count = REPLICAS,
    ) =>
      Fleet.start(count, {
        library,
        redis: redis.address,
        options: wrong(cloud),
        clock: { factor: FACTOR },
        dies,
      });

    it('are refused no more than 4 times in 10 minutes when the processes of six end', async () => {
      await using redis = await start();
      await using cloud = await FleetCloud.start({ factor: FACTOR });
      await using fleet = await started(cloud, redis, undefined, 6);

      await crashLoop(fleet, cloud, {
        end: (index) => fleet.replicas[index]!.exit(),
      });

      expectNoBan(cloud);
    });

    it('are refused no more than 4 times in 10 minutes when 400 and 503 take turns', async () => {
      await using redis = await start();
      await using cloud = await FleetCloud.start({
        factor: FACTOR,
        onAnswer: ({ status }) => {
          if (status === 400)
            cloud.emulator.failNext({ kind: 'html', status: 503 });
        },
      });
      await using fleet = await started(cloud, redis);

      await crashLoop(fleet, cloud);

      expect(cloud.answers.some(({ status }) => status === 503)).toBe(true);
      expectNoBan(cloud);
    });

    it.each([
      { who: 'every holder', isKilled: () => true },
      { who: 'every other holder', isKilled: (n: number) => n % 2 === 0 },
    ])(
      'are refused no more than 4 times in 10 minutes when $who is killed in flight',
      async ({ isKilled }) => {
        await using redis = await start();
        await using cloud = await FleetCloud.start({ factor: FACTOR });
        cloud.emulator.latencyMs = 10;
        await using fleet = await started(cloud, redis, (index) =>
          isKilled(index) ? KILLED : undefined,
        );

        await crashLoop(fleet, cloud, { isKilled });

        expectNoBan(cloud);
      },
    );

    it('are refused no more than 4 times in 10 minutes when answers come after the attempt is given up', async () => {
      await using redis = await start();
      await using cloud = await FleetCloud.start({ factor: FACTOR });
      cloud.emulator.latencyMs = real(SCALED_TIMEOUTS.attemptMs + 1_000);
      await using fleet = await started(cloud, redis);

      await crashLoop(fleet, cloud);

      expectNoBan(cloud);
    });

    it('are refused no more than 4 times in 10 minutes when Redis is flushed twice', async () => {
      await using redis = await start();
      await using cloud = await FleetCloud.start({ factor: FACTOR });
      await using fleet = await started(cloud, redis);
      const isToCome = momentsToCome(cloud);
      const flush = async (afterMs: number) => {
        while (isToCome(afterMs)) await passed(10);
        await tellMasters(redis, 'FLUSHALL');
      };

      // Those that wait outlive what Redis forgets.
      const living = fleet.replicas.splice(REPLICAS / 2);
      await Promise.all([
        crashLoop(fleet, cloud),
        flush(100_000),
        flush(300_000),
        ...living.map(async (one) => {
          while (isToCome(LOOP_MS)) {
            await one.getToken();
            await passed(real(1_000));
          }
        }),
      ]);
      fleet.replicas.push(...living);

      expectNoBan(cloud);
    });

    it('are refused no more than 4 times in 10 minutes when it was revoked in use', async () => {
      await using redis = await start();
      await using cloud = await FleetCloud.start({ factor: FACTOR });
      await using fleet = await Fleet.start(REPLICAS, {
        library,
        redis: redis.address,
        options: { ...cloud.options, timeouts: SCALED_TIMEOUTS },
        clock: { factor: FACTOR },
      });
      await fleet.each((one) => one.getToken());
      cloud.emulator.clientSecret = 'the next secret';
      cloud.emulator.revokeAll();
      // A process that was told 401 drops the token for all.
      await fleet.each((one) => one.call());

      const isToCome = momentsToCome(cloud);
      await fleet.each(async (_, index) => {
        while (isToCome(LOOP_MS)) {
          await fleet.replicas[index]!.call();
          await passed(real(20_000));
          await fleet.restart(index);
        }
      });

      expectNoBan(cloud);
    });
  },
);
