// The app's own Redis client, made as an app makes it while it boots: not connected yet, without a queue for commands.

/** Only the one that is asked for is loaded. */
const LOAD = {
  'ioredis 5': () => import('ioredis-5'),
  'ioredis 6': () => import('ioredis-6'),
  iovalkey: () => import('iovalkey'),
  'node-redis 5': () => import('redis-5'),
  'node-redis 6': () => import('redis-6'),
};

/** Loads a library; once it is loaded, clients can be made at once. */
export async function load(library) {
  const { default: module } = await LOAD[library]();
  return module;
}

/** Soon again, so that tests need not wait. */
const RETRY_MS = 50;

/**
 * Makes a client, and has it connect without waiting for that.
 *
 * @param library - a loaded library.
 * @param redis - where Redis is: `{ url, login }`, `{ cluster: ports }` or `{ sentinels: ports, name }`.
 * @returns the client, and how it is closed at once.
 */
export function newClient(library, redis) {
  const { client, connected, close } = library.createSentinel
    ? nodeRedis(library, redis)
    : ioredis(library, redis);
  client.on('error', () => {});
  const connecting = connected().catch(() => {});
  return {
    client,
    close() {
      close();
      // One of node-redis with sentinels that is only being connected goes on.
      void connecting.then(close);
    },
  };
}

const at = (port) => ({ host: '127.0.0.1', port });

function ioredis({ Redis, Cluster }, { url, login, cluster, sentinels, name }) {
  const options = {
    ...login,
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: () => RETRY_MS,
  };
  const client = cluster
    ? new Cluster(cluster.map(at), {
        lazyConnect: true,
        enableOfflineQueue: false,
        clusterRetryStrategy: () => RETRY_MS,
      })
    : sentinels
      ? new Redis({
          ...options,
          sentinels: sentinels.map(at),
          name,
          sentinelRetryStrategy: () => RETRY_MS,
        })
      : new Redis(url, options);
  return {
    client,
    connected: () => client.connect(),
    close: () => client.disconnect(),
  };
}

function nodeRedis(
  { createClient, createCluster, createSentinel },
  { url, login, cluster, sentinels, name },
) {
  const client = cluster
    ? createCluster({
        rootNodes: cluster.map((port) => ({ socket: at(port) })),
        defaults: { disableOfflineQueue: true },
      })
    : sentinels
      ? createSentinel({
          name,
          sentinelRootNodes: sentinels.map(at),
          scanInterval: 1_000,
          nodeClientOptions: { disableOfflineQueue: true },
        })
      : createClient({
          url,
          ...login,
          disableOfflineQueue: true,
          socket: { reconnectStrategy: RETRY_MS },
        });
  return {
    client,
    connected: () => client.connect(),
    close: () => {
      if (client.isOpen) client.destroy();
    },
  };
}
