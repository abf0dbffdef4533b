import { afterAll, beforeAll, describe, it } from 'vitest';

import { redisTokenStore } from '../../lib/redis/index.js';
import { tokenStoreContract } from '../../lib/testing/index.js';
import {
  type AppClient,
  byName,
  LIBRARIES,
  NEWEST,
} from './support/redis-clients.js';
import { RedisCluster } from './support/redis-cluster.js';
import { RedisSentinel } from './support/redis-sentinel.js';
import { RedisServer } from './support/redis-server.js';

/** As many as ask really at once: each has a connection of its own. */
const REPLICAS = 4;

describe('A single Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.close());

  describe.each(byName(LIBRARIES))('by %s', (_, { single }) => {
    keepsTheContract(() => single(redis.url));
  });
});

describe('A Redis Cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.close());

  describe.each(byName(NEWEST))('by %s', (_, library) => {
    keepsTheContract(() => library.cluster(cluster));
  });
});

describe('A Redis with sentinels', () => {
  let group: RedisSentinel;
  beforeAll(async () => {
    group = await RedisSentinel.start();
  });
  afterAll(() => group.close());

  describe.each(byName(NEWEST))('by %s', (_, { sentinel }) => {
    keepsTheContract(() => sentinel(group));
  });
});

function keepsTheContract(newClient: () => AppClient): void {
  let clients: readonly AppClient[];
  beforeAll(async () => {
    clients = Array.from({ length: REPLICAS }, newClient);
    await Promise.all(clients.map((client) => client.connect()));
  });
  afterAll(() => {
    for (const client of clients) client.close();
  });

  let made = 0;
  const makeStore = () => {
    made += 1;
    const replica = clients[made % REPLICAS];
    if (replica === undefined) throw new Error('There is no replica.');
    return redisTokenStore(replica.client);
  };

  for (const { name, run } of tokenStoreContract(makeStore)) it(name, run);
}
