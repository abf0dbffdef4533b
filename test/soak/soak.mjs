// 200 callers use one app for a while, whose token endpoint fails at random and whose tokens are revoked at random.
// SOAK_SECONDS says for how long, SOAK_SEED repeats the same troubles. Exits with 1 where a promise is broken.
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';

import { HttpService } from '@nestjs/axios';
import { NestFactory } from '@nestjs/core';
import { firstValueFrom } from 'rxjs';

import { TokenLedger } from './token-ledger.mjs';
import { seededRandom, trouble } from './weather.mjs';

const require = createRequire(import.meta.url);
const {
  AsposeAuthModule,
  AsposeHttpService,
  AsposeTokenService,
} = require('../../dist/index.js');
const { AsposeCloudEmulator } = require('../../dist/testing/index.js');

const SECONDS = Number(process.env.SOAK_SECONDS ?? 60);
const SEED = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000);
const CALLERS = 200;
const LIFETIME_SECONDS = 3;
/** What a burst of five and one token request a second allow for tokens that live for 3 s. */
const MAX_TOKEN_REQUESTS = 5 + SECONDS + 1;
const SAMPLE_MS = 1_000;
/** What the fullest heaps of both halves may differ by: connections and compiled code come and go. */
const MAX_GROWTH_BYTES = 2 * 1024 * 1024;
/** Two flights of 10 s, and time to spare. */
const DRAIN_MS = 25_000;

const random = seededRandom(SEED);
/** Of its own, so that the same seed brings the same troubles, however the callers race. */
const randomTrouble = seededRandom(SEED + 1);
const ledger = new TokenLedger(LIFETIME_SECONDS * 1000);
const tally = {
  calls: 0,
  served: 0,
  cancelled: 0,
  unservable: 0,
  troubles: 0,
  tokenRequests: 0,
};
const violations = [];
for (const event of ['unhandledRejection', 'warning'])
  process.on(event, (what) => violations.push(`${event}: ${String(what)}`));

const cloud = await AsposeCloudEmulator.start({
  lifetimeSeconds: LIFETIME_SECONDS,
  banAfter: Infinity,
});
const slowly = async (_request, response) => {
  await delay(random() * 30);
  response.end('done');
};
cloud.route('GET', '/soak', slowly);
cloud.route('POST', '/soak', slowly);

const app = await NestFactory.createApplicationContext(
  AsposeAuthModule.forRoot({
    clientId: cloud.clientId,
    clientSecret: cloud.clientSecret,
    baseUrl: cloud.url,
    tokenAxios: { adapter: watched() },
  }),
  { logger: false },
);
const aspose = app.get(AsposeHttpService);
const tokens = app.get(AsposeTokenService);

process.stdout.write(
  `${CALLERS} callers, ${SECONDS} s, tokens of ${LIFETIME_SECONDS} s, SOAK_SEED=${SEED}\n`,
);
const endsAt = Date.now() + SECONDS * 1000;
const heap = [];
const callers = Array.from({ length: CALLERS }, () => keepCalling());
await Promise.all([makeTrouble(), takeSamples()]);
const haveSettled = await Promise.race([
  Promise.all(callers).then(() => true),
  delay(DRAIN_MS, false, { ref: false }),
]);
judge();
await app.close();
await cloud.close();
report();

/** The adapter of token requests: notes what reaches this machine. */
function watched() {
  const { axiosRef } = new HttpService();
  return async (config) => {
    const sentAt = Date.now();
    const response = await axiosRef.getAdapter('http', config)(config);
    ledger.answered(response, sentAt);
    return response;
  };
}

async function keepCalling() {
  while (Date.now() < endsAt) {
    await delay(random() * 300);
    await callOnce();
  }
}

async function callOnce() {
  const minValidityMs = random() < 0.1 ? random() * 3_000 : undefined;
  const isImpatient = random() < 0.05;
  const signal = isImpatient
    ? AbortSignal.timeout(Math.ceil(random() * 40))
    : undefined;
  const config = { aspose: { minValidityMs }, ...(signal && { signal }) };
  tally.calls += 1;
  try {
    await firstValueFrom(
      random() < 0.5
        ? aspose.get('/soak', config)
        : aspose.post('/soak', { rows: [1, 2, 3] }, config),
    );
    tally.served += 1;
  } catch (error) {
    const servableMs = ledger.couldHaveServedForMs(minValidityMs);
    if (signal?.aborted) tally.cancelled += 1;
    else if (servableMs > 0)
      violations.push(
        `a call failed that could have been served for ${servableMs} ms more: ${String(error)}`,
      );
    else if (error.response?.status === 401 || error.code?.startsWith('ASPOSE'))
      tally.unservable += 1;
    else violations.push(`a call failed of something else: ${String(error)}`);
  }
}

async function makeTrouble() {
  while (Date.now() < endsAt) {
    await delay(500 + randomTrouble() * 3_500);
    trouble(cloud, ledger, randomTrouble);
    tally.troubles += 1;
  }
}

async function takeSamples() {
  while (Date.now() < endsAt) {
    await delay(SAMPLE_MS);
    // An operator looks in, since a hold of a minute would be all of the soak.
    if ((tokens.hold()?.remainingMs ?? 0) > SAMPLE_MS * 5) tokens.reset();
    // The emulator remembers requests; those are not the memory in question.
    tally.tokenRequests += cloud.counters.tokenRequests;
    cloud.resetCounters();
    globalThis.gc();
    heap.push(process.memoryUsage().heapUsed);
  }
}

function judge() {
  if (!haveSettled) violations.push('a call has not settled');
  if (tally.tokenRequests > MAX_TOKEN_REQUESTS)
    violations.push(`${tally.tokenRequests} token requests were made`);
  const growth = Math.max(...secondHalf()) - Math.max(...firstHalf());
  if (growth > MAX_GROWTH_BYTES)
    violations.push(`the heap has grown by ${mib(growth)}`);
  if (tally.served === 0) violations.push('no call was served');
}

/** Without the first readings, when code is still being compiled. */
function firstHalf() {
  return heap.slice(heap.length / 6, heap.length / 2);
}

function secondHalf() {
  return heap.slice(heap.length / 2);
}

function mib(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function report() {
  const rows = {
    calls: tally.calls,
    served: tally.served,
    'cancelled by their callers': tally.cancelled,
    'failed while no valid token was to be had': tally.unservable,
    troubles: tally.troubles,
    'token requests': `${tally.tokenRequests} (at most ${MAX_TOKEN_REQUESTS})`,
    'heap at most, first half': mib(Math.max(...firstHalf())),
    'heap at most, second half': mib(Math.max(...secondHalf())),
    violations: violations.length,
  };
  for (const [name, value] of Object.entries(rows))
    process.stdout.write(`${name.padEnd(44)}${value}\n`);
  for (const violation of new Set(violations))
    process.stdout.write(`VIOLATION ${violation}\n`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
