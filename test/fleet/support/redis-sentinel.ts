import { eventually } from '../../support/eventually.js';
import { RedisServer } from './redis-server.js';

/** What the sentinels call the master. */
export const MASTER_NAME = 'fleet';

/** A master, a replica of it, and three sentinels that put one in the place of the other: five processes. */
export class RedisSentinel {
  private constructor(
    readonly master: RedisServer,
    readonly replica: RedisServer,
    readonly sentinels: readonly RedisServer[],
  ) {}

  static async start(): Promise<RedisSentinel> {
    const master = await RedisServer.start(['repl-diskless-sync-delay 0']);
    const replica = await RedisServer.start([
      `replicaof 127.0.0.1 ${master.port}`,
    ]);
    const sentinels = await Promise.all(
      Array.from({ length: 3 }, () =>
        RedisServer.start(
          [
            `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${master.port} 2`,
            `sentinel down-after-milliseconds ${MASTER_NAME} 500`,
            `sentinel failover-timeout ${MASTER_NAME} 2000`,
          ],
          ['--sentinel'],
        ),
      ),
    );
    const group = new RedisSentinel(master, replica, sentinels);
    await group.awaitWhole();
    return group;
  }

  /** Waits until the master and its replica are there, and all sentinels know them. */
  async awaitWhole(): Promise<void> {
    await eventually(() => this.#assertAware());
  }

  async close(): Promise<void> {
    const servers = [this.master, this.replica, ...this.sentinels];
    await Promise.all(servers.map((server) => server.close()));
  }

  /** Each sentinel has to know the replica and the two others. */
  async #assertAware(): Promise<void> {
    for (const sentinel of this.sentinels) {
      const info = await sentinel.command('INFO', 'sentinel');
      if (!/status=ok,.*slaves=1,sentinels=3/.test(info)) throw new Error(info);
    }
    const replication = await this.replica.command('INFO', 'replication');
    if (!replication.includes('master_link_status:up'))
      throw new Error(replication);
  }
}
