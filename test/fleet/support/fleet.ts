import { Replica, type ReplicaSettings } from './replica.js';

/** Processes that wait for an app, in the next test or the next file: to start one takes longer than most tests. */
const idle: Replica[] = [];

/** How a fleet is started. */
export interface FleetSettings extends Omit<ReplicaSettings, 'dies'> {
  /** What becomes of a replica, by its number. */
  readonly dies?: ((index: number) => ReplicaSettings['dies']) | undefined;
}

/** Replicas of an app: each is a process of its own. */
export class Fleet {
  readonly #settings: FleetSettings;
  readonly replicas: Replica[];

  private constructor(settings: FleetSettings, replicas: Replica[]) {
    this.#settings = settings;
    this.replicas = replicas;
  }

  /** Starts a fleet; with `await using` it ends with the test. */
  static async start(count: number, settings: FleetSettings): Promise<Fleet> {
    const fleet = new Fleet(
      settings,
      await Promise.all(Array.from({ length: count }, newProcess)),
    );
    await fleet.each((replica, index) => fleet.#boot(replica, index));
    return fleet;
  }

  /** Has each replica do something, all at the same time. */
  each<T>(act: (replica: Replica, index: number) => Promise<T>): Promise<T[]> {
    return Promise.all(this.replicas.map(act));
  }

  /** Boots an app anew in the place of a replica: in another process if its own has ended. */
  async restart(index: number, dies?: ReplicaSettings['dies']): Promise<void> {
    const former = this.replicas[index];
    // It may be killed meanwhile.
    await former?.crash().catch(() => {});
    const replica = former?.isAlive ? former : await newProcess();
    this.replicas[index] = replica;
    await replica.boot({ ...this.#settings, dies });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.each(async (replica) => {
      replica.thaw();
      await replica.crash().catch(() => {});
      if (replica.isAlive) idle.push(replica);
    });
  }

  #boot(replica: Replica, index: number): Promise<void> {
    const { dies, ...settings } = this.#settings;
    return replica.boot({ ...settings, dies: dies?.(index) });
  }
}

async function newProcess(): Promise<Replica> {
  const replica = idle.pop() ?? (await Replica.start());
  return replica.isAlive ? replica : newProcess();
}
