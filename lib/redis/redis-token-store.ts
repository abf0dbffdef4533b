import {
  type LockConditions,
  type StoredValue,
  type StoreReadiness,
  TokenStore,
  type WriteConditions,
} from '../store/token-store.js';
import { IoredisConnection, type IoredisLike } from './ioredis.connection.js';
import {
  NodeRedisConnection,
  type NodeRedisLike,
} from './node-redis.connection.js';
import type { RedisConnection } from './redis-connection.js';
import {
  READ,
  type RedisScript,
  TRY_LOCK,
  UNLOCK,
  WRITE,
} from './redis-scripts.js';
import {
  assertStorable,
  isIoredis,
  type RedisTokenStoreOptions,
} from './redis-token-store-options.js';

/**
 * Makes a store of the app's own Redis client, for the option `store`: all replicas of the app share their tokens through it.
 *
 * Takes a client of ioredis 5 or 6, iovalkey, or node-redis 5 or 6: a single one, one with Sentinel, or a cluster. It is
 * not duplicated, closed or listened to. It is connected by your app; only one of ioredis with `lazyConnect` is connected when
 * it is first used, as always. Give it a listener for `error`: Node ends a process without one.
 *
 * Needs Redis 5 or later, or Valkey, and a user of it that may call `EVAL`, `EVALSHA`, `GET`, `SET`, `DEL`, `PTTL` and `TIME`,
 * and `INFO` for ioredis, which warns otherwise.
 *
 * @throws {InvalidOptionsError} when the client is none of these, or when an option is unknown or unusable.
 *
 * @example
 * ```ts
 * AsposeAuthModule.forRootAsync({
 *   imports: [RedisModule], // which exports the app's client
 *   inject: [ConfigService, Redis],
 *   useFactory: (config: ConfigService, redis: Redis) => ({
 *     clientId: config.get('ASPOSE_CLIENT_ID'),
 *     clientSecret: config.get('ASPOSE_CLIENT_SECRET'),
 *     store: redisTokenStore(redis),
 *   }),
 * });
 * ```
 */
export function redisTokenStore(
  client: IoredisLike | NodeRedisLike,
  options: RedisTokenStoreOptions = {},
): TokenStore {
  assertStorable(client, options);
  const connection = isIoredis(client)
    ? new IoredisConnection(client as IoredisLike)
    : new NodeRedisConnection(client as NodeRedisLike);
  return new RedisTokenStore(connection, options);
}

/** A store in Redis. Each operation is one script, so that it is atomic and goes by the clock of Redis. */
class RedisTokenStore extends TokenStore {
  override readonly name: string;
  override readonly timeoutMs: number;
  declare readonly encryptionKeys: readonly Uint8Array[] | undefined;

  readonly #connection: RedisConnection;
  readonly #prefix: string;

  constructor(
    connection: RedisConnection,
    {
      prefix = 'aspose-auth',
      timeoutMs = 250,
      encryptionKeys,
    }: RedisTokenStoreOptions,
  ) {
    super();
    this.name = `Redis by ${connection.name}`;
    this.timeoutMs = timeoutMs;
    // Not enumerable: what prints the store prints no keys. Copies: the app may wipe its own.
    Object.defineProperty(this, 'encryptionKeys', {
      enumerable: false,
      value: encryptionKeys?.map((key) => Uint8Array.from(key)),
    });
    this.#connection = connection;
    this.#prefix = prefix;
  }

  override look(): StoreReadiness {
    return this.#connection.look();
  }

  override async read(key: string): Promise<StoredValue> {
    const read = await this.#run(READ, key, []);
    // A client may be set to hand out buffers, or numbers as texts.
    const [value, ttlMs, now] = read as [string | Buffer | null, ...unknown[]];
    return {
      value: value?.toString(),
      ttlMs: Number(ttlMs),
      now: Number(now),
    };
  }

  override async write(
    key: string,
    value: string,
    { ttlMs, replaces, notAfter }: WriteConditions,
  ): Promise<boolean> {
    const args = [value, wholeMs(ttlMs), String(notAfter)];
    if (replaces !== undefined) args.push(replaces);
    return isYes(await this.#run(WRITE, key, args));
  }

  override async tryLock(
    key: string,
    owner: string,
    { leaseMs, notAfter }: LockConditions,
  ): Promise<boolean> {
    const args = [owner, wholeMs(leaseMs), String(notAfter)];
    return isYes(await this.#run(TRY_LOCK, key, args));
  }

  override async unlock(key: string, owner: string): Promise<void> {
    await this.#run(UNLOCK, key, [owner]);
  }

  #run(
    script: RedisScript,
    key: string,
    args: readonly string[],
  ): Promise<unknown> {
    return this.#connection.run(script, `${this.#prefix}:${key}`, args);
  }
}

/** Redis takes no fractions. */
function wholeMs(ms: number): string {
  return String(Math.ceil(ms));
}

function isYes(answer: unknown): boolean {
  return Number(answer) === 1;
}
