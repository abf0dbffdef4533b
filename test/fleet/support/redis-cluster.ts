import { eventually } from '../../support/eventually.js';
import { freePort } from './free-port.js';
import { RedisServer } from './redis-server.js';

const SLOTS = ['0 5460', '5461 10922', '10923 16383'];

/** A Redis Cluster of three masters, each a process. */
export class RedisCluster {
  private constructor(readonly nodes: readonly RedisServer[]) {}

  static async start(): Promise<RedisCluster> {
    const members = await Promise.all(
      SLOTS.map(async (slots, index) => {
        const busPort = String(await freePort());
        const node = await RedisServer.start([
          'cluster-enabled yes',
          `cluster-port ${busPort}`,
          'cluster-node-timeout 2000',
        ]);
        await node.command('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
        await node.command('CLUSTER', 'ADDSLOTSRANGE', ...slots.split(' '));
        return { node, busPort };
      }),
    );
    const cluster = new RedisCluster(members.map(({ node }) => node));
    const [first, ...others] = members;
    for (const { node, busPort } of others)
      await first?.node.command(
        'CLUSTER',
        'MEET',
        '127.0.0.1',
        String(node.port),
        busPort,
      );
    await cluster.awaitWhole();
    return cluster;
  }

  /** Waits until all its nodes are there, and know one another. */
  async awaitWhole(): Promise<void> {
    await eventually(() => this.#assertWhole());
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.close()));
  }

  /** Each node has to have heard of all others, and of what they hold. */
  async #assertWhole(): Promise<void> {
    for (const node of this.nodes) {
      const info = await node.command('CLUSTER', 'INFO');
      if (!/cluster_state:ok/.test(info) || !/known_nodes:3/.test(info))
        throw new Error(info);
    }
  }
}
