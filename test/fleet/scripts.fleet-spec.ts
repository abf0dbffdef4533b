import { Redis } from 'ioredis-6';
import { createClient, RESP_TYPES } from 'redis-6';
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  onTestFinished,
} from 'vitest';

import {
  type IoredisLike,
  type NodeRedisLike,
  redisTokenStore,
} from '../../lib/redis/index.js';
import { byName, LIBRARIES, untilTestEnds } from './support/redis-clients.js';
import { RedisServer } from './support/redis-server.js';

const KEY = '{key}:t';
const STORED = `aspose-auth:${KEY}`;
const WRITE = { replaces: undefined, ttlMs: 60_000, notAfter: 9e15 };
const LOCK = { leaseMs: 60_000, notAfter: 9e15 };

/** What the store needs, and what ioredis warns of when it is not allowed. */
const COMMANDS = [
  ...['eval', 'evalsha', 'get', 'set', 'del', 'pttl', 'time'],
  'info',
];

let redis: RedisServer;
let replica: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
  replica = await RedisServer.start([`replicaof 127.0.0.1 ${redis.port}`]);
});
beforeEach(() => redis.command('FLUSHALL'));
afterAll(async () => {
  await redis.close();
  await replica.close();
});

describe.each(byName(LIBRARIES))('A store by %s', (_, { single }) => {
  const connectedTo = async (...given: Parameters<typeof single>) => {
    const app = untilTestEnds(single(...given));
    await app.connect();
    return redisTokenStore(app.client);
  };

  it('goes on when the scripts were flushed', async () => {
    const store = await connectedTo(redis.url);
    await store.write(KEY, 'a', WRITE);

    await redis.command('SCRIPT', 'FLUSH');
    expect((await store.read(KEY)).value).toBe('a');
    await redis.command('SCRIPT', 'FLUSH');
    expect(await store.write(KEY, 'b', { ...WRITE, replaces: 'a' })).toBe(true);
    await redis.command('SCRIPT', 'FLUSH');
    expect(await store.tryLock('{key}:l', 'a', LOCK)).toBe(true);
    await redis.command('SCRIPT', 'FLUSH');
    await store.unlock('{key}:l', 'a');
    expect(await redis.command('EXISTS', 'aspose-auth:{key}:l')).toBe('0');
  });

  it('sends a script once, and then its name', async () => {
    await redis.command('SCRIPT', 'FLUSH');
    await redis.command('CONFIG', 'RESETSTAT');
    const store = await connectedTo(redis.url);

    for (let count = 0; count < 5; count += 1) await store.read(KEY);

    const stats = await redis.command('INFO', 'commandstats');
    expect(stats).toMatch(/^cmdstat_eval:calls=1,/m);
    expect(stats).toMatch(/^cmdstat_evalsha:calls=5,/m);
  });

  it('needs no more than the commands that are documented', async () => {
    const may = COMMANDS.map((command) => `+${command}`);
    const login = { username: 'fleet', password: 'password' };
    await redis.command(
      ...['ACL', 'SETUSER', 'fleet', 'reset', 'on', '>password'],
      ...['~aspose-auth:*', '-@all', ...may],
    );
    const store = await connectedTo(redis.url, login);

    expect(await store.write(KEY, 'a', WRITE)).toBe(true);
    expect((await store.read(KEY)).value).toBe('a');
    expect(await store.tryLock('{key}:l', 'a', LOCK)).toBe(true);
    await store.unlock('{key}:l', 'a');
  });

  it('fails at once where its user may call no scripts', async () => {
    const login = { username: 'noscripts', password: 'password' };
    await redis.command(
      ...['ACL', 'SETUSER', 'noscripts', 'reset', 'on', '>password'],
      ...['~*', '+@all', '-@scripting'],
    );
    const store = await connectedTo(redis.url, login);

    const asked = [
      store.read(KEY),
      store.write(KEY, 'a', WRITE),
      store.tryLock(KEY, 'a', LOCK),
      store.unlock(KEY, 'a'),
    ];
    for (const answer of asked) await expect(answer).rejects.toThrow('NOPERM');
  });

  it('fails at once where it is told to write to a replica', async () => {
    const store = await connectedTo(replica.url);

    await expect(store.write(KEY, 'a', WRITE)).rejects.toThrow('READONLY');
    await expect(store.tryLock(KEY, 'a', LOCK)).rejects.toThrow('READONLY');
  });

  it('fails at once where something else is in its place', async () => {
    const store = await connectedTo(redis.url);
    await redis.command('LPUSH', STORED, 'a');
    await redis.command('PEXPIRE', STORED, '60000');

    await expect(store.read(KEY)).rejects.toThrow('WRONGTYPE');
  });

  it('counts a value that never ends as nothing', async () => {
    const store = await connectedTo(redis.url);
    await redis.command('SET', STORED, 'eternal');

    expect(await store.read(KEY)).toMatchObject({ value: undefined, ttlMs: 0 });
    const over = { ...WRITE, replaces: 'eternal' };
    expect(await store.write(KEY, 'a', over)).toBe(false);
    expect(await store.write(KEY, 'a', WRITE)).toBe(true);
    await redis.command('SET', STORED, 'eternal');
    expect(await store.tryLock(KEY, 'a', LOCK)).toBe(true);
  });

  it('goes by the clock of Redis, and takes fractions of a millisecond', async () => {
    const store = await connectedTo(redis.url);
    const [seconds] = (await redis.command('TIME')).split('\n');
    const { now } = await store.read(KEY);
    const fractions = { ...WRITE, ttlMs: 60_000.25, notAfter: now + 9_999.5 };

    expect(Math.abs(now - Number(seconds) * 1_000)).toBeLessThan(5_000);
    expect(await store.write(KEY, 'a', fractions)).toBe(true);
    const { ttlMs } = await store.read(KEY);
    expect(ttlMs).toBeGreaterThan(50_000);
    expect(ttlMs).toBeLessThanOrEqual(60_001);
  });

  it('puts its prefix before each key', async () => {
    const app = untilTestEnds(single(redis.url));
    await app.connect();
    const store = redisTokenStore(app.client, { prefix: 'reports' });
    await store.write(KEY, 'a', WRITE);

    expect(await redis.command('KEYS', '*')).toBe(`reports:${KEY}`);
    expect((await redisTokenStore(app.client).read(KEY)).value).toBe(undefined);
  });
});

type OwnClient = (IoredisLike | NodeRedisLike) & {
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  disconnect(): unknown;
};

async function storeBy(client: OwnClient) {
  client.on('error', () => {});
  onTestFinished(() => void client.disconnect());
  if ('isOpen' in client) await client.connect();
  return redisTokenStore(client);
}

describe('A store by a client that puts a prefix of its own before keys', () => {
  it.each([
    ['ioredis', () => new Redis(redis.url, { keyPrefix: 'own:' })],
    ['node-redis', () => createClient({ url: redis.url, keyPrefix: 'own:' })],
  ])('works: %s', async (_, newClient) => {
    const store = await storeBy(newClient());

    await store.write(KEY, 'a', WRITE);

    expect((await store.read(KEY)).value).toBe('a');
    expect(await redis.command('KEYS', '*')).toBe(`own:${STORED}`);
  });
});

describe('A store by a client that is told how to hand out answers', () => {
  it.each([
    ['numbers as texts', () => new Redis(redis.url, { stringNumbers: true })],
    ['RESP2 of ioredis', () => new Redis(redis.url, { protocol: 2 })],
    ['pipelines', () => new Redis(redis.url, { enableAutoPipelining: true })],
    [
      'RESP3 of ioredis as it is',
      () => new Redis(redis.url, { protocol: 3, replyMapping: 'resp3' }),
    ],
    ['RESP2 of node-redis', () => createClient({ url: redis.url, RESP: 2 })],
    [
      'buffers',
      () =>
        createClient({ url: redis.url }).withTypeMapping({
          [RESP_TYPES.BLOB_STRING]: Buffer,
          [RESP_TYPES.NUMBER]: String,
        }),
    ],
  ])('works: %s', async (_, newClient) => {
    const store = await storeBy(newClient());

    expect(await store.read(KEY)).toMatchObject({ value: undefined, ttlMs: 0 });
    expect(await store.write(KEY, 'a', WRITE)).toBe(true);
    const { value, ttlMs, now } = await store.read(KEY);
    expect(value).toBe('a');
    expect(ttlMs).toBeGreaterThan(0);
    expect(now).toBeGreaterThan(1e12);
    expect(await store.tryLock('{key}:l', 'a', LOCK)).toBe(true);
    expect(await store.tryLock('{key}:l', 'b', LOCK)).toBe(false);
  });
});
