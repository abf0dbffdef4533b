import { describe, expect, it } from 'vitest';

import { Fleet } from './support/fleet.js';
import { FleetCloud } from './support/fleet-cloud.js';
import { RedisServer } from './support/redis-server.js';

/** The part of the format that is not encrypted, and the tag. */
const HEAD_BYTES = 1 + 4 + 12;
const TAG_BYTES = 16;
/** Of the encrypted part, every so manieth byte: it is bound together by the tag. */
const EVERY = 37;

/** A replica that has stored a token, and one that reads what becomes of that. */
async function writerAndReader() {
  const redis = await RedisServer.start();
  const cloud = await FleetCloud.start();
  const fleet = await Fleet.start(2, {
    library: 'ioredis 6',
    redis: { url: redis.url },
    options: cloud.options,
  });
  const [writer] = fleet.replicas;
  await writer!.getToken();
  const keys = (await redis.command('KEYS', '*')).split('\n').toSorted();
  const keyOf = (part: string) => keys.find((key) => key.endsWith(part))!;
  const names = { token: keyOf(':token'), log: keyOf(':log') };
  return {
    redis,
    cloud,
    names,
    valueOf: (part: 'token' | 'log') => redis.command('GET', names[part]),
    put: (part: 'token' | 'log', value: string) =>
      redis.command('SET', names[part], value, 'PX', '86000000'),
    /** Has a replica read it that knows nothing yet. */
    read: async () => {
      await fleet.restart(1);
      const reader = fleet.replicas[1]!;
      return { ...(await reader.getToken()), ...(await reader.report()) };
    },
    async [Symbol.asyncDispose]() {
      await fleet[Symbol.asyncDispose]();
      await cloud[Symbol.asyncDispose]();
      await redis.close();
    },
  };
}

function changedAt(value: string, index: number): string {
  const bytes = Buffer.from(value, 'base64');
  bytes[index]! ^= 1;
  return bytes.toString('base64');
}

/** What a replica of another version might have stored. */
const ofVersion2 = (value: string) => {
  const bytes = Buffer.from(value, 'base64');
  bytes[0] = 2;
  return bytes.toString('base64');
};

const warnings = (lines: readonly string[]) =>
  lines.filter((line) => /^(warn|error)/.test(line));

const UNREADABLE = [
  expect.stringContaining('in the store cannot be decrypted'),
];

describe('What is stored', () => {
  it('is read by a replica that knows nothing yet', async () => {
    await using pair = await writerAndReader();

    const { failed, lines } = await pair.read();

    expect([failed, warnings(lines)]).toEqual([0, []]);
    expect(pair.cloud.tokenRequests).toBe(1);
  });

  it('counts as absent when a byte of it was changed, with one warning and no failure', async () => {
    await using pair = await writerAndReader();
    for (const part of ['token', 'log'] as const) {
      const value = await pair.valueOf(part);
      const length = Buffer.from(value, 'base64').length;
      for (let index = 0; index < length; index += 1) {
        const isBody = index >= HEAD_BYTES && index < length - TAG_BYTES;
        if (isBody && index % EVERY > 0) continue;
        const requests = pair.cloud.tokenRequests;
        await pair.put('token', await pair.valueOf('token'));
        await pair.put(part, changedAt(await pair.valueOf(part), index));

        const { failed, lines } = await pair.read();

        expect([index, failed]).toEqual([index, 0]);
        expect(warnings(lines)).toEqual(UNREADABLE);
        expect(pair.cloud.tokenRequests - requests).toBe(
          part === 'token' ? 1 : 0,
        );
      }
    }
  });

  it('counts as absent under the name of something else', async () => {
    await using pair = await writerAndReader();
    const [token, log] = [
      await pair.valueOf('token'),
      await pair.valueOf('log'),
    ];
    await pair.put('token', log);
    await pair.put('log', token);

    const { failed, lines } = await pair.read();

    expect(failed).toBe(0);
    expect(warnings(lines)).toEqual(UNREADABLE);
    expect(pair.cloud.tokenRequests).toBe(2);
  });

  it.each([
    { what: 'of another format', change: ofVersion2 },
    { what: 'no base64', change: () => '{"token":"a"}' },
    { what: 'empty', change: () => '' },
    { what: 'cut off', change: (value: string) => value.slice(0, 40) },
  ])('counts as absent when it is $what', async ({ change }) => {
    await using pair = await writerAndReader();
    await pair.put('token', change(await pair.valueOf('token')));
    await pair.put('log', change(await pair.valueOf('log')));

    const { failed, lines } = await pair.read();

    expect(failed).toBe(0);
    expect(warnings(lines)).toEqual(UNREADABLE);
    expect(pair.cloud.tokenRequests).toBe(2);
  });

  it('cannot be read where it is of another kind: replicas go by themselves, with one warning', async () => {
    await using pair = await writerAndReader();
    await pair.redis.command('DEL', pair.names.token);
    await pair.redis.command('LPUSH', pair.names.token, 'a');
    await pair.redis.command('PEXPIRE', pair.names.token, '60000');

    const { failed, lines } = await pair.read();

    expect(failed).toBe(0);
    expect(warnings(lines)).toEqual([
      expect.stringMatching(/is passed over, since .*WRONGTYPE/),
    ]);
  });

  it('cannot be asked for by a user who may call no scripts: replicas go by themselves, with one warning', async () => {
    await using redis = await RedisServer.start();
    await using cloud = await FleetCloud.start();
    const login = { username: 'noscripts', password: 'password' };
    await redis.command(
      ...['ACL', 'SETUSER', 'noscripts', 'reset', 'on', '>password'],
      ...['~*', '+@all', '-@scripting'],
    );
    await using fleet = await Fleet.start(3, {
      library: 'ioredis 6',
      redis: { url: redis.url, login },
      options: cloud.options,
    });

    for (const { failed } of await fleet.each((one) => one.getToken(25)))
      expect(failed).toBe(0);
    expect(cloud.tokenRequests).toBe(3);
    for (const { lines } of await fleet.each((one) => one.report()))
      expect(warnings(lines)).toEqual([
        expect.stringMatching(/is passed over, since .*NOPERM/),
      ]);
  });
});
