import type { StoreReadiness } from '../store/token-store.js';
import { RedisConnection } from './redis-connection.js';

/** What a script is given. */
export interface NodeRedisScriptInput {
  keys: string[];
  arguments: string[];
}

/** The part of a client of node-redis that the store uses: of `createClient`, `createSentinel` or `createCluster`. */
export interface NodeRedisLike {
  readonly isOpen: boolean;
  /** Not there in clusters of node-redis 5. */
  readonly isReady?: boolean;
  /** Only there in clusters: the nodes that have been found. One may get its client when it is first used. */
  readonly masters?: readonly {
    readonly client?: { readonly isReady: boolean } | undefined;
  }[];
  evalSha(sha: string, input: NodeRedisScriptInput): Promise<unknown>;
  eval(script: string, input: NodeRedisScriptInput): Promise<unknown>;
}

/** Asks Redis through node-redis, which reports a failed connection to listeners only. */
export class NodeRedisConnection extends RedisConnection {
  override readonly name = 'node-redis';

  #wasOpen = false;

  constructor(private readonly client: NodeRedisLike) {
    super();
  }

  protected override lookNow(): StoreReadiness {
    const { isOpen, isReady = isOpen, masters } = this.client;
    const wasOpen = this.#wasOpen;
    this.#wasOpen = isOpen;
    if (wasOpen && !isOpen) return 'down';
    const hasNode =
      masters?.some(({ client }) => client?.isReady ?? true) ?? true;
    return isReady && hasNode ? 'ready' : 'connecting';
  }

  protected override async evalSha(
    sha: string,
    key: string,
    args: readonly string[],
  ): Promise<unknown> {
    return this.client.evalSha(sha, { keys: [key], arguments: [...args] });
  }

  protected override async eval(
    text: string,
    key: string,
    args: readonly string[],
  ): Promise<unknown> {
    return this.client.eval(text, { keys: [key], arguments: [...args] });
  }
}
