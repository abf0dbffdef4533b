import type { StoreReadiness } from '../store/token-store.js';
import { RedisConnection } from './redis-connection.js';

/** The part of a client of ioredis or iovalkey that the store uses: a `Redis`, with Sentinel or without, or a `Cluster`. */
export interface IoredisLike {
  readonly status: string;
  connect(): Promise<unknown>;
  defineCommand(name: string, definition: { lua: string }): unknown;
  evalsha(sha: string, keyCount: number, ...keyAndArgs: string[]): unknown;
  eval(script: string, keyCount: number, ...keyAndArgs: string[]): unknown;
}

/** Asks Redis through ioredis or iovalkey, which put their `keyPrefix` before a key. */
export class IoredisConnection extends RedisConnection {
  override readonly name = 'ioredis';

  constructor(private readonly client: IoredisLike) {
    super();
  }

  protected override lookNow(): StoreReadiness {
    const { client } = this;
    // Its failure is told to the app's own listeners, and by the next look.
    if (client.status === 'wait') client.connect().catch(() => {});
    if (client.status === 'ready') return 'ready';
    return /^connect/.test(client.status) ? 'connecting' : 'down';
  }

  protected override async evalSha(
    sha: string,
    key: string,
    args: readonly string[],
  ): Promise<unknown> {
    return this.client.evalsha(sha, 1, key, ...args);
  }

  protected override async eval(
    text: string,
    key: string,
    args: readonly string[],
  ): Promise<unknown> {
    return this.client.eval(text, 1, key, ...args);
  }
}
