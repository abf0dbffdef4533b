import { RedisCluster } from './redis-cluster.js';
import { MASTER_NAME, RedisSentinel } from './redis-sentinel.js';
import { RedisServer } from './redis-server.js';
import type { RedisAddress } from './replica.js';

/** A Redis of one or more processes. */
export interface SomeRedis extends AsyncDisposable {
  readonly address: RedisAddress;
  /** All processes that hold data. */
  readonly servers: readonly RedisServer[];
  /** Waits until all its processes are there, and know one another. */
  awaitWhole(): Promise<void>;
}

/** Has Redis do something wherever it can be written. */
export async function tellMasters(
  { servers }: SomeRedis,
  ...words: string[]
): Promise<void> {
  for (const server of servers)
    if ((await server.command('ROLE')).startsWith('master'))
      await server.command(...words);
}

/** A way to have a Redis: a client library, and what it connects to. */
export interface Way {
  readonly name: string;
  readonly library: string;
  start(): Promise<SomeRedis>;
}

const KINDS = [
  { kind: 'a single Redis', start: startSingle },
  { kind: 'a Redis Cluster', start: startCluster },
  { kind: 'a Redis with sentinels', start: startSentinel },
];

const NAMES = [
  'ioredis 6',
  'ioredis 5',
  'iovalkey',
  'node-redis 5',
  'node-redis 6',
];

const ALL: readonly Way[] = KINDS.flatMap(({ kind, start }) =>
  NAMES.map((library) => ({ name: `${kind} by ${library}`, library, start })),
);

const isAll = process.env['ALL'] === '1';

/** The way that everything is tried on; every way by `npm run test:fleet:all`. */
export const FIRST_WAYS = ALL.filter((_, index) => isAll || index === 0);

/** Each library, and each kind of Redis; every combination by `npm run test:fleet:all`. */
export const EACH_WAY = ALL.filter(
  ({ library, start }) =>
    isAll || start === startSingle || library === NAMES[0],
);

async function startSingle(): Promise<SomeRedis> {
  const server = await RedisServer.start();
  return {
    address: { url: server.url },
    servers: [server],
    awaitWhole: async () => {},
    [Symbol.asyncDispose]: () => server.close(),
  };
}

async function startCluster(): Promise<SomeRedis> {
  const cluster = await RedisCluster.start();
  return {
    address: { cluster: cluster.nodes.map(({ port }) => port) },
    servers: cluster.nodes,
    awaitWhole: () => cluster.awaitWhole(),
    [Symbol.asyncDispose]: () => cluster.close(),
  };
}

async function startSentinel(): Promise<SomeRedis> {
  const group = await RedisSentinel.start();
  return {
    address: {
      sentinels: group.sentinels.map(({ port }) => port),
      name: MASTER_NAME,
    },
    servers: [group.master, group.replica],
    awaitWhole: () => group.awaitWhole(),
    [Symbol.asyncDispose]: () => group.close(),
  };
}
