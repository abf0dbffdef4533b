/** @module nestjs-aspose-auth/redis */

export type { IoredisLike } from './ioredis.connection.js';
export type {
  NodeRedisLike,
  NodeRedisScriptInput,
} from './node-redis.connection.js';
export { redisTokenStore } from './redis-token-store.js';
export type { RedisTokenStoreOptions } from './redis-token-store-options.js';
