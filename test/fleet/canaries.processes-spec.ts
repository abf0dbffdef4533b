import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { eventually } from '../support/eventually.js';
import { Fleet } from './support/fleet.js';
import { FleetCloud } from './support/fleet-cloud.js';
import { LIBRARIES } from './support/redis-clients.js';
import { RedisServer } from './support/redis-server.js';

const SECRET = 'canary0secret0canary0secret0';

/** Everything that is sent to a Redis, as `MONITOR` shows it. */
async function monitor({ port }: RedisServer) {
  const child = spawn('redis-cli', ['-p', String(port), 'MONITOR'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let seen = '';
  child.stdout.on('data', (text: Buffer) => {
    seen += text.toString();
  });
  await eventually(() => expect(seen).toContain('OK'));
  return {
    get seen() {
      return seen;
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

/** All that Redis holds, as it would be copied to another one. */
async function dumpOf(redis: RedisServer): Promise<string> {
  const file = join(tmpdir(), `aspose-fleet-${redis.port}.rdb`);
  const child = spawn('redis-cli', ['-p', String(redis.port), '--rdb', file], {
    stdio: 'ignore',
  });
  await once(child, 'exit');
  const dump = readFileSync(file, 'latin1');
  rmSync(file);
  return dump;
}

describe.each(LIBRARIES)('With $name', ({ name }) => {
  it('neither the secret nor a token is in MONITOR, SLOWLOG, a dump, what the client publishes, a log line or an error', async () => {
    await using redis = await RedisServer.start([
      'slowlog-log-slower-than 0',
      'slowlog-max-len 10000',
      'rdbcompression no',
    ]);
    await using watched = await monitor(redis);
    await using cloud = await FleetCloud.start({ clientSecret: SECRET });
    await using fleet = await Fleet.start(2, {
      library: name,
      redis: { url: redis.url },
      options: cloud.options,
    });
    await fleet.each((one) => one.eavesdrop());

    // Fetched, read, renewed; and then refused, which is remembered.
    await fleet.each((one) => one.call());
    cloud.emulator.revokeAll();
    await fleet.each((one) => one.call());
    const tokens = await fleet.each(
      async (one) => (await one.getToken()).values,
    );
    cloud.emulator.clientSecret = 'another secret';
    cloud.emulator.revokeAll();
    await fleet.each((one) => one.call());
    const refused = await fleet.each((one) => one.getToken(1, 'https://api'));
    const dump = await dumpOf(redis);
    const slow = await redis.command('SLOWLOG', 'GET', '-1');
    const reports = await fleet.each((one) => one.report());

    const [token = ''] = tokens.flat();
    expect(token.length).toBeGreaterThan(100);
    const published = reports.flatMap((report) => report.published).join('\n');
    for (const text of [watched.seen, slow, dump])
      expect(text).toContain('aspose-auth:{');
    // Older ones publish nothing.
    if (/[ ](6)$/.test(name)) expect(published).toContain('aspose-auth:{');
    const everything = [
      watched.seen,
      slow,
      dump,
      published,
      JSON.stringify(refused.map(({ printed }) => printed)),
      JSON.stringify(reports),
    ].join('\n');
    for (const canary of [SECRET, token, token.split('.')[2]!])
      for (const form of [
        canary,
        Buffer.from(canary).toString('base64').slice(0, -4),
        Buffer.from(canary).toString('hex'),
      ])
        expect(everything.includes(form)).toBe(false);
  });
});
