import { describe, expect, it } from 'vitest';

import { redisTokenStore } from '../../lib/redis/index.js';
import { eventually } from '../support/eventually.js';
import {
  byName,
  IOREDIS,
  LIBRARIES,
  NEWEST,
  NODE_REDIS,
  untilTestEnds,
} from './support/redis-clients.js';
import { RedisCluster } from './support/redis-cluster.js';
import { RedisSentinel } from './support/redis-sentinel.js';
import { RedisServer } from './support/redis-server.js';

describe.each(byName(LIBRARIES))('A store by %s', (_, library) => {
  it('is connecting, then ready, then down and ready again', async () => {
    await using redis = await RedisServer.start();
    const app = untilTestEnds(library.single(redis.url));
    const store = redisTokenStore(app.client);

    expect(store.look()).toBe('connecting');
    await app.connect();
    expect(store.look()).toBe('ready');
    await redis.kill();
    await eventually(() => expect(store.look()).toBe('down'));
    await redis.restart();
    await eventually(() => expect(store.look()).toBe('ready'));
    expect((await store.read('{key}:t')).value).toBeUndefined();
    app.close();
    await eventually(() => expect(store.look()).toBe('down'));
  });

  it('is connecting while a Redis says nothing', async () => {
    await using redis = await RedisServer.start();
    redis.freeze();
    const app = untilTestEnds(library.single(redis.url));
    const store = redisTokenStore(app.client);

    expect(store.look()).toBe('connecting');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(store.look()).toBe('connecting');
    redis.thaw();
    await eventually(() => expect(store.look()).toBe('ready'));
  });

  it('is connecting before its client is connected, by the app or by a look', async () => {
    await using redis = await RedisServer.start();
    const app = untilTestEnds(library.single(redis.url, { isLazy: true }));
    const store = redisTokenStore(app.client);

    if (NODE_REDIS.includes(library)) {
      expect(store.look()).toBe('connecting');
      await app.connect();
    }
    expect(store.look()).toMatch(/connecting|ready/);
    await eventually(() => expect(store.look()).toBe('ready'));
  });

  it('works without the queue of its client', async () => {
    await using redis = await RedisServer.start();
    const app = untilTestEnds(library.single(redis.url, { hasNoQueue: true }));
    const store = redisTokenStore(app.client);

    expect(store.look()).toBe('connecting');
    await expect(store.read('{key}:t')).rejects.toThrow(Error);
    await app.connect();
    expect(store.look()).toBe('ready');
    expect((await store.read('{key}:t')).ttlMs).toBe(0);
  });

  it('adds no listener to its client, and makes no connection', async () => {
    await using redis = await RedisServer.start();
    const app = untilTestEnds(library.single(redis.url));
    await app.connect();
    const emitter = app.client as unknown as NodeJS.EventEmitter;
    const listeners = () =>
      emitter.eventNames().map((name) => emitter.listenerCount(name));
    const connections = async () =>
      (await redis.command('CLIENT', 'LIST')).split('\n').length;
    const before = [listeners(), await connections()];

    const store = redisTokenStore(app.client);
    store.look();
    await store.tryLock('{key}:l', 'a', { leaseMs: 1_000, notAfter: 9e15 });

    expect([listeners(), await connections()]).toEqual(before);
  });
});

describe.each(byName(IOREDIS))('A store by %s', (_, library) => {
  it('is down when its first connection failed, although the client tries again', async () => {
    const redis = await RedisServer.start();
    await redis.close();
    const isLazy = true;
    const app = untilTestEnds(library.single(redis.url, { isLazy }));
    const store = redisTokenStore(app.client);

    expect(store.look()).toBe('connecting');
    await eventually(() => expect(store.look()).toBe('down'));
    expect(store.look()).toBe('down');
  });
});

describe.each(byName(NODE_REDIS))('A store by %s', (_, library) => {
  it('is connecting while its client tries to, which tells nobody but listeners that it failed', async () => {
    const redis = await RedisServer.start();
    await redis.close();
    const app = untilTestEnds(library.single(redis.url));
    const store = redisTokenStore(app.client);

    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(store.look()).toBe('connecting');
  });
});

describe.each(byName(NEWEST))('A store by %s', (_, library) => {
  it('is connecting, then ready, then down with a cluster', async () => {
    const cluster = await RedisCluster.start();
    try {
      const app = untilTestEnds(library.cluster(cluster));
      const store = redisTokenStore(app.client);

      expect(store.look()).toBe('connecting');
      await app.connect();
      expect(store.look()).toBe('ready');
      expect((await store.read('{key}:t')).ttlMs).toBe(0);
      await Promise.all(cluster.nodes.map((node) => node.kill()));
      // A cluster client sees that a node is lost when it asks it.
      await eventually(() => {
        store.read('{key}:t').catch(() => {});
        expect(store.look()).toBe('down');
      });
    } finally {
      await cluster.close();
    }
  });

  it('goes on with the replica that sentinels put in the place of the master', async () => {
    const group = await RedisSentinel.start();
    try {
      const app = untilTestEnds(library.sentinel(group));
      const store = redisTokenStore(app.client);
      expect(store.look()).toBe('connecting');
      await app.connect();
      expect(store.look()).toBe('ready');
      const lock = { leaseMs: 600_000, notAfter: 9e15 };
      expect(await store.tryLock('{a}:l', 'a', lock)).toBe(true);
      await group.master.command('WAIT', '1', '5000');

      await group.master.kill();
      await eventually(async () =>
        expect(await store.tryLock('{b}:l', 'b', lock)).toBe(true),
      );

      expect(store.look()).toBe('ready');
      expect(await store.tryLock('{a}:l', 'b', lock)).toBe(false);
      expect(await group.replica.command('ROLE')).toMatch(/^master/);
    } finally {
      await group.close();
    }
  });
});
