import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Watches how much memory is really in use: what can be collected is, before each reading. */
export class MemoryGrowth {
  readonly #before: number;
  #most = 0;

  private constructor(before: number) {
    this.#before = before;
  }

  /** Takes the first reading. */
  static async start(): Promise<MemoryGrowth> {
    return new MemoryGrowth(await inUse());
  }

  /** Takes another reading. */
  async note(): Promise<void> {
    this.#most = Math.max(this.#most, (await inUse()) - this.#before);
  }

  /** The highest reading so far, in bytes more than at first. */
  get bytes(): number {
    return this.#most;
  }
}

async function inUse(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  // Memory is given up by a turn of the event loop before the collection, and returned by one after it.
  await setTimeout(5);
  collectGarbage();
  await setTimeout(5);
  // What the first collection left to be swept beside it is swept before the second.
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
