import { describe, expect, it } from 'vitest';

import type { TokenStore } from '../../lib/index.js';
import { redisTokenStore } from '../../lib/redis/index.js';
import { eventually } from '../support/eventually.js';
import { byName, LIBRARIES, untilTestEnds } from './support/redis-clients.js';
import { RedisServer } from './support/redis-server.js';

const VALUE = '{key}:t';
const LOCK = '{key}:l';
const AFTER_MS = 100;

const LIMITS = [
  ['does nothing after its moment', AFTER_MS, false],
  ['is done before it', 60_000, true],
] as const;

/** Sends a write and a lock, of which nothing is to be done after a moment of the store's clock. */
function send(store: TokenStore, notAfter: number) {
  const sent = [
    store.write(VALUE, 'a', { replaces: undefined, ttlMs: 60_000, notAfter }),
    store.tryLock(LOCK, 'a', { leaseMs: 60_000, notAfter }),
  ];
  // A client may also give up on what it had sent.
  return Promise.all(sent.map((command) => command.catch(() => 'given up')));
}

const whatIsThere = async (redis: RedisServer) => [
  await redis.command('EXISTS', `aspose-auth:${VALUE}`),
  await redis.command('EXISTS', `aspose-auth:${LOCK}`),
];

const passed = () =>
  new Promise((resolve) => setTimeout(resolve, 2 * AFTER_MS));

describe.each(byName(LIBRARIES))('What %s sends late', (_, { single }) => {
  it.each(LIMITS)(
    'to a Redis that was stopped %s',
    async (_, limitMs, done) => {
      await using redis = await RedisServer.start();
      const app = untilTestEnds(single(redis.url));
      await app.connect();
      const store = redisTokenStore(app.client);
      const { now } = await store.read(VALUE);

      redis.freeze();
      const sent = send(store, now + limitMs);
      await passed();
      redis.thaw();

      expect(await sent).toEqual([done, done]);
      const count = done ? '1' : '0';
      expect(await whatIsThere(redis)).toEqual([count, count]);
    },
  );

  it.each(LIMITS)('to a Redis that was down %s', async (_, limitMs, done) => {
    await using redis = await RedisServer.start();
    const app = untilTestEnds(single(redis.url));
    await app.connect();
    const store = redisTokenStore(app.client);
    const { now } = await store.read(VALUE);

    await redis.kill();
    await eventually(() => expect(store.look()).toBe('down'));
    const sent = send(store, now + limitMs);
    await passed();
    await redis.restart();

    expect(await sent).toEqual([done, done]);
    const count = done ? '1' : '0';
    expect(await whatIsThere(redis)).toEqual([count, count]);
  });

  it('as it was lost on its way does nothing after its moment', async () => {
    await using redis = await RedisServer.start();
    const app = untilTestEnds(single(redis.url));
    await app.connect();
    const store = redisTokenStore(app.client);
    const { now } = await store.read(VALUE);

    redis.freeze();
    const sent = send(store, now + AFTER_MS);
    await passed();
    await redis.kill();
    await redis.restart();

    for (const outcome of await sent) expect(outcome).not.toBe(true);
    await eventually(() => expect(store.look()).toBe('ready'));
    await store.read(VALUE);
    expect(await whatIsThere(redis)).toEqual(['0', '0']);
  });
});
