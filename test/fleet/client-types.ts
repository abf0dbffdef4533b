/** What an app may hand over compiles, whatever it has set: checked by the compiler alone, before the tests run. */
import type { Cluster as Cluster5, Redis as Redis5 } from 'ioredis-5';
import type { Cluster as Cluster6, Redis as Redis6 } from 'ioredis-6';
import type { Cluster as ClusterV, Redis as RedisV } from 'iovalkey';
import * as redis5 from 'redis-5';
import * as redis6 from 'redis-6';

import { redisTokenStore } from '../../lib/redis/index.js';

const SENTINEL = { name: 'fleet', sentinelRootNodes: [] };

type TypedClient6 = redis6.RedisClientType;
type TypedCluster6 = redis6.RedisClusterType;
type TypedClient5 = redis5.RedisClientType;

export const ioredis = (
  client: Redis5 | Redis6 | RedisV | Cluster5 | Cluster6 | ClusterV,
) => redisTokenStore(client);

export const nodeRedis = (
  client: TypedClient5 | TypedClient6 | TypedCluster6,
) => redisTokenStore(client);

export const nodeRedis5 = () => [
  redisTokenStore(redis5.createClient()),
  redisTokenStore(redis5.createClient({ RESP: 3 })),
  redisTokenStore(redis5.createCluster({ rootNodes: [] })),
  redisTokenStore(redis5.createSentinel(SENTINEL)),
];

export const nodeRedis6 = () => [
  redisTokenStore(redis6.createClient()),
  redisTokenStore(redis6.createClient({ RESP: 2 })),
  redisTokenStore(
    redis6.createClient().withTypeMapping({
      [redis6.RESP_TYPES.BLOB_STRING]: Buffer,
    }),
  ),
  redisTokenStore(redis6.createCluster({ rootNodes: [] })),
  redisTokenStore(redis6.createSentinel(SENTINEL)),
];

export const mistakes = () => [
  // @ts-expect-error -- a URL
  redisTokenStore('redis://localhost'),
  // @ts-expect-error -- the options of a client
  redisTokenStore({ host: 'localhost' }),
  // @ts-expect-error -- a promise of a client
  redisTokenStore(redis6.createClient().connect()),
];
