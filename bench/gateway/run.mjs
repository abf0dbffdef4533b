// Our gateway beside the proxies that an app would use, in one Nest app, by processor time of that app; in turns.
//
// ROUNDS, CALLS and STREAMS make it shorter or longer; WAYS and PLATFORMS name what is to be measured, besides the proxy that all are
// compared with.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { median, quantile } from '../support/statistics.mjs';

const print = (line = '') => process.stdout.write(`${line}\n`);
const { ROUNDS = 9, CALLS = 1_500, STREAMS = 2 } = process.env;
const { PLATFORMS = 'express,fastify' } = process.env;
const COMPARED_WITH = 'hpm-keep-alive';
const CONCURRENT = 16;
const LARGE_BYTES = 50 * 1024 * 1024;
const BODY = JSON.stringify({ text: 'x'.repeat(100) });
const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENT });

const WAYS = {
  ours: 'this package, with a guard',
  'hpm-keep-alive': 'http-proxy-middleware 3, agent with keep-alive',
  'hpm-default': 'http-proxy-middleware 3, as it comes (no keep-alive)',
  httpxy: 'httpxy 0.5, agent with keep-alive',
  'reply-from': '@fastify/reply-from 12, agent with keep-alive',
  axios: 'a controller with axios, streams, keep-alive, with a guard',
};

async function started(file, ...args) {
  const child = fork(join(import.meta.dirname, file), args);
  const [port] = await once(child, 'message');
  return { child, origin: `http://127.0.0.1:${port}` };
}

async function tell(child, message) {
  child.send(message);
  const [figures] = await once(child, 'message');
  return figures;
}

function call(url, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent }, (response) => {
      let bytes = 0;
      response
        .on('data', (chunk) => (bytes += chunk.length))
        .once('error', reject)
        .once('end', () =>
          response.statusCode === 200
            ? resolve(bytes)
            : reject(new Error(`${url}: ${response.statusCode}`)),
        );
    }).once('error', reject);
    if (body instanceof Readable) pipeline(body, request).catch(reject);
    else request.end(body);
  });
}

const PUT_SMALL = {
  method: 'PUT',
  headers: {
    'content-type': 'application/json',
    'content-length': String(BODY.length),
  },
  body: BODY,
};

async function smallCalls(url, latencies, how) {
  let left = Number(CALLS);
  const one = async () => {
    while (left > 0) {
      left -= 1;
      const startedAt = performance.now();
      await call(`${url}/v4.0/small`, how);
      latencies.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, one));
  return Number(CALLS);
}

const smallGets = (url, latencies) => smallCalls(url, latencies, {});
const smallPuts = (url, latencies) => smallCalls(url, latencies, PUT_SMALL);

function large() {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  let left = LARGE_BYTES;
  return new Readable({
    read() {
      left -= chunk.length;
      this.push(chunk);
      if (left === 0) this.push(null);
    },
  });
}

async function uploads(url) {
  for (let count = 0; count < STREAMS; count += 1)
    await call(`${url}/v4.0/large`, {
      method: 'PUT',
      headers: { 'content-length': String(LARGE_BYTES) },
      body: large(),
    });
  return Number(STREAMS);
}

async function downloads(url) {
  for (let count = 0; count < STREAMS; count += 1)
    await call(`${url}/v4.0/large`);
  return Number(STREAMS);
}

const WORK = {
  'small GET': smallGets,
  'small PUT': smallPuts,
  '50 MB up': uploads,
  '50 MB down': downloads,
};

async function measure(platform) {
  const upstream = await started('upstream.mjs');
  const app = await started('app.mjs', platform, upstream.origin);
  const wanted = [
    COMPARED_WITH,
    ...(process.env.WAYS ?? Object.keys(WAYS).join()).split(','),
  ];
  const names = Object.keys(WAYS).filter(
    (name) =>
      wanted.includes(name) &&
      (platform === 'fastify' || name !== 'reply-from'),
  );
  const samples = new Map(names.map((name) => [name, { latencies: [] }]));
  for (let round = -1; round < ROUNDS; round += 1)
    for (const [what, work] of Object.entries(WORK))
      for (let turn = 0; turn < names.length; turn += 1) {
        const name = names[(round + 1 + turn) % names.length];
        const sample = samples.get(name);
        const latencies = round < 0 ? [] : sample.latencies;
        await tell(app.child, 'begin');
        const startedAt = performance.now();
        const count = await work(`${app.origin}/${name}`, latencies);
        const ms = performance.now() - startedAt;
        const { cpuUs, rssMiB } = await tell(app.child, 'end');
        // The first round warms everything up.
        if (round < 0) continue;
        (sample[what] ??= []).push({
          cpuUs: cpuUs / count,
          perSecond: (count * 1000) / ms,
          rssMiB,
        });
      }
  report(platform, samples);
  app.child.kill();
  upstream.child.kill();
}

function report(platform, samples) {
  const columns = Object.keys(WORK).flatMap((what) => [`${what}, µs`, '× hpm']);
  print(`\n### ${platform}\n`);
  print(row(['way', ...columns, 'calls a second', 'p99, ms']));
  print(row(['---', ...columns.map(() => '---:'), '---:', '---:']));
  const peer = samples.get(COMPARED_WITH);
  for (const [name, sample] of samples) {
    const figures = Object.keys(WORK).flatMap((what) => [
      median(sample[what].map(({ cpuUs }) => cpuUs)).toFixed(0),
      // Round by round.
      median(
        sample[what].map(({ cpuUs }, round) => peer[what][round].cpuUs / cpuUs),
      ).toFixed(2),
    ]);
    const perSecond = median(sample['small GET'].map((one) => one.perSecond));
    const p99 = quantile(sample.latencies, 0.99);
    print(row([WAYS[name], ...figures, perSecond.toFixed(0), p99.toFixed(1)]));
  }
  const most = Math.max(
    ...[...samples.values()].flatMap((sample) =>
      Object.keys(WORK).flatMap((what) =>
        sample[what].map((one) => one.rssMiB),
      ),
    ),
  );
  print(`\nThe most memory that the app took: ${most.toFixed(0)} MiB.`);
}

function row(cells) {
  return `| ${cells.join(' | ')} |`;
}

print(
  `Node ${process.version}, load ${loadavg()[0].toFixed(1)} at the start; ${ROUNDS} rounds in turns, medians; processor time of the app, a call.`,
);
print(
  '× hpm: how many times as much the proxy with keep-alive takes; above 1, less is taken than by it.',
);
for (const platform of PLATFORMS.split(',')) await measure(platform);
agent.destroy();
