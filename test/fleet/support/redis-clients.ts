import * as ioredis5 from 'ioredis-5';
import * as ioredis6 from 'ioredis-6';
import * as iovalkey from 'iovalkey';
import * as redis5 from 'redis-5';
import * as redis6 from 'redis-6';
import { onTestFinished } from 'vitest';

import type { IoredisLike, NodeRedisLike } from '../../../lib/redis/index.js';
import type { RedisCluster } from './redis-cluster.js';
import { MASTER_NAME, type RedisSentinel } from './redis-sentinel.js';

/** What an app may set for its client. */
export interface ClientSettings {
  /** The app connects it later, or its first command does. */
  readonly isLazy?: boolean;
  /** Commands fail while there is no connection. */
  readonly hasNoQueue?: boolean;
  readonly username?: string;
  readonly password?: string;
}

/** A client as an app has it: with a listener for errors. */
export interface AppClient {
  readonly client: IoredisLike | NodeRedisLike;
  /** Connects it, or waits until it is connected. */
  connect(): Promise<unknown>;
  /** Closes it at once. */
  close(): void;
}

/** One of the client libraries, in each way to connect. */
export interface ClientLibrary {
  readonly name: string;
  single(url: string, settings?: ClientSettings): AppClient;
  cluster(cluster: RedisCluster): AppClient;
  sentinel(group: RedisSentinel): AppClient;
}

/** A look at one of these sees a connection that failed. */
export const IOREDIS: readonly ClientLibrary[] = [
  ioredisLibrary('ioredis 5', ioredis5),
  ioredisLibrary('ioredis 6', ioredis6 as unknown as typeof ioredis5),
  ioredisLibrary('iovalkey', iovalkey as unknown as typeof ioredis5),
];

/** These report a connection that failed to listeners only. */
export const NODE_REDIS: readonly ClientLibrary[] = [
  nodeRedisLibrary('node-redis 5', redis5),
  nodeRedisLibrary('node-redis 6', redis6 as unknown as typeof redis5),
];

/** Every client library that the store takes. */
export const LIBRARIES = [...IOREDIS, ...NODE_REDIS];

/** Those that are tried with everything; all of them by `npm run test:fleet:all`. */
export const NEWEST = LIBRARIES.filter(
  ({ name }) => process.env['ALL'] === '1' || name.endsWith(' 6'),
);

/** For a suite of tests for each of some libraries: its name, and itself. */
export function byName(
  libraries: readonly ClientLibrary[],
): [string, ClientLibrary][] {
  return libraries.map((library) => [library.name, library]);
}

/** Has the client closed when the test ends. */
export function untilTestEnds<Client extends AppClient>(
  client: Client,
): Client {
  onTestFinished(() => client.close());
  return client;
}

const at = ({ port }: { readonly port: number }) => ({
  host: '127.0.0.1',
  port,
});

/** Soon again, so that tests need not wait. */
const RETRY_MS = 50;

function ioredisLibrary(
  name: string,
  { Redis, Cluster }: typeof ioredis5,
): ClientLibrary {
  const appClient = (
    client: InstanceType<typeof Redis> | InstanceType<typeof Cluster>,
  ): AppClient => {
    client.on('error', () => {});
    return {
      client,
      connect: () =>
        client.status === 'wait'
          ? client.connect()
          : new Promise((resolve) => {
              if (client.status === 'ready') resolve(undefined);
              else client.once('ready', resolve);
            }),
      close: () => client.disconnect(),
    };
  };
  return {
    name,
    single: (url, { isLazy, hasNoQueue, ...login } = {}) =>
      appClient(
        new Redis(url, {
          ...login,
          lazyConnect: isLazy ?? false,
          enableOfflineQueue: !hasNoQueue,
          retryStrategy: () => RETRY_MS,
        }),
      ),
    cluster: ({ nodes }) => appClient(new Cluster(nodes.map(at))),
    sentinel: ({ sentinels }) =>
      appClient(
        new Redis({
          sentinels: sentinels.map(at),
          name: MASTER_NAME,
          retryStrategy: () => RETRY_MS,
          sentinelRetryStrategy: () => RETRY_MS,
        }),
      ),
  };
}

interface Connectable {
  readonly isOpen: boolean;
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  destroy(): unknown;
}

function nodeRedisLibrary(
  name: string,
  { createClient, createCluster, createSentinel }: typeof redis5,
): ClientLibrary {
  const appClient = (
    client: NodeRedisLike & Connectable,
    isLazy = false,
  ): AppClient => {
    client.on('error', () => {});
    const connecting = isLazy ? undefined : client.connect();
    connecting?.catch(() => {});
    return {
      client,
      connect: () => connecting ?? client.connect(),
      close: () => {
        if (client.isOpen) client.destroy();
      },
    };
  };
  return {
    name,
    single: (url, { isLazy, hasNoQueue, ...login } = {}) =>
      appClient(
        createClient({
          url,
          ...login,
          disableOfflineQueue: hasNoQueue ?? false,
          socket: { reconnectStrategy: RETRY_MS },
        }),
        isLazy,
      ),
    cluster: ({ nodes }) =>
      appClient(
        createCluster({ rootNodes: nodes.map(({ url }) => ({ url })) }),
      ),
    sentinel: ({ sentinels }) =>
      appClient(
        createSentinel({
          name: MASTER_NAME,
          sentinelRootNodes: sentinels.map(at),
          scanInterval: 1_000,
        }) as NodeRedisLike & Connectable,
      ),
  };
}
