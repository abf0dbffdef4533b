// Token requests of 20 processes that start cold at once, with one pair: each peer, and this module with a store in a real Redis.
//
// PEER takes words as in the other benches.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { BenchServer } from '../server/bench-server.mjs';

const PROCESSES = 20;
const CALLS = [1, 1_000];
const TOKEN_DELAY_MS = 50;

const print = (line) => process.stdout.write(`${line}\n`);
const words = (process.env.PEER ?? '').split(',');
const peers = readdirSync(join(import.meta.dirname, '../peers')).filter(
  (file) =>
    file !== 'static-header.mjs' && words.some((word) => file.includes(word)),
);

async function tokenRequests(peerFile, calls, redisPort) {
  const server = await BenchServer.start();
  await server.set({ tokenDelayMs: TOKEN_DELAY_MS });
  const { origin, tokenUrl } = server;
  const credentials = server.newCredentials();
  const children = await Promise.all(
    Array.from({ length: PROCESSES }, async () => {
      const child = fork(join(import.meta.dirname, 'one-process.mjs'), {
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      child.send({
        peerFile,
        server: { origin, tokenUrl },
        credentials,
        redisPort,
      });
      await Promise.race([once(child, 'message'), once(child, 'exit')]);
      return child;
    }),
  );
  const outcomes = await Promise.all(
    children.map(async (child) => {
      const died = once(child, 'exit').then(() => ({ failed: calls }));
      if (child.connected) child.send({ calls });
      const told = once(child, 'message').then(([outcome]) => outcome);
      return Promise.race([told, died]);
    }),
  );
  const requests = await server.countTokenRequests();
  server.close();
  return {
    requests,
    failed: outcomes.reduce((sum, { failed }) => sum + failed, 0),
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

async function withRedis(work) {
  const port = await freePort();
  const redis = spawn(
    'redis-server',
    ['--port', port, '--bind', '127.0.0.1', '--save', ''],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  for await (const line of redis.stdout)
    if (/Ready to accept/.test(line)) break;
  try {
    return await work(port);
  } finally {
    redis.kill();
  }
}

async function row(name, measure) {
  const cells = [];
  for (const calls of CALLS) {
    const { requests, failed } = await measure(calls);
    cells.push(requests.toLocaleString('en'), failed.toLocaleString('en'));
  }
  print(`| ${[name, ...cells].join(' | ')} |`);
}

const heads = CALLS.flatMap((calls) => [
  `${PROCESSES} × ${calls.toLocaleString('en')}: token requests`,
  'failed calls',
]);
print(`| ${['', ...heads].join(' | ')} |`);
print(`| ${['---', ...heads.map(() => '---:')].join(' | ')} |`);
await row('this module, with a store', (calls) =>
  withRedis((port) => tokenRequests('aspose-auth.mjs', calls, port)),
);
for (const file of peers) {
  const { default: peer } = await import(`../peers/${file}`);
  await row(peer.name, (calls) => tokenRequests(file, calls));
}
