// One replica of an app: a real Nest app in a process of its own, which does what the test that started it says.
import 'reflect-metadata';

import { subscribe, tracingChannel } from 'node:diagnostics_channel';
import { inspect } from 'node:util';

import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  AsposeAuthModule,
  AsposeHttpService,
  AsposeTokenService,
  TokenClock,
} from 'nestjs-aspose-auth';
import { redisTokenStore } from 'nestjs-aspose-auth/redis';

import { FatefulStore } from './fateful-store.mjs';
import { load, newClient } from './redis-client.mjs';
import { ReplicaClock, ScaledStore } from './replica-clock.mjs';

/** The app that runs. */
let app;
let fate;
let heard = { lines: [], events: [], published: [] };

const logger = Object.fromEntries(
  ['log', 'error', 'warn', 'debug', 'verbose', 'fatal'].map((level) => [
    level,
    (message) => heard.lines.push(`${level}: ${message}`),
  ]),
);

/** What the test may ask for. */
const commands = {
  /** Boots an app: its client is made in the same tick as its module. */
  async boot({ library, redis, options, clock: settings, dies }) {
    fate = dies;
    heard = { lines: [], events: [], published: [] };
    const loaded = await load(library);
    const clock = new ReplicaClock(settings);
    const { factor = 1 } = settings;
    let close = () => {};
    const module = AsposeAuthModule.forRootAsync({
      useFactory: () => {
        if (redis === undefined) return options;
        const made = newClient(loaded, redis);
        ({ close } = made);
        const store = redisTokenStore(made.client);
        return {
          ...options,
          store: new FatefulStore(new ScaledStore(store, factor), reach),
        };
      },
    });
    const context = await contextOf(module, settings, clock);
    const tokens = context.get(AsposeTokenService);
    tokens.events$.subscribe(({ type }) => heard.events.push(type));
    const { axiosRef } = context.get(AsposeHttpService);
    app = { context, tokens, axiosRef, close: () => close() };
  },

  /** Asks for tokens, all at once. */
  getToken({ count, ofApi }) {
    const asked = ofApi && {
      unauthorized: { token: app.tokens.peekToken(), origin: ofApi },
    };
    return outcomeOf(count, async () => {
      const { value } = await app.tokens.getToken(asked);
      return value;
    });
  },

  /** Calls the API, all at once. */
  call({ count }) {
    return outcomeOf(count, async () => {
      const { status } = await app.axiosRef.get('/v4.0/cells');
      return String(status);
    });
  },

  report: () => ({
    ...heard,
    explained: inspect(app.tokens.explain(), { depth: null }),
    store: app.tokens.explain().store,
  }),

  /** Computes for a while: nothing else happens meanwhile. */
  async block({ ms, soon }) {
    if (soon) await new Promise(setImmediate);
    const until = performance.now() + ms;
    while (performance.now() < until);
  },

  /** Loses all that the app knows, as when it crashes: without a word to Redis. */
  crash() {
    fate = undefined;
    app?.close();
    void app?.context.close();
    app = undefined;
  },

  /** Keeps whatever the Redis clients publish of their commands. */
  eavesdrop() {
    for (const name of ['ioredis:command', 'node-redis:command']) {
      tracingChannel(name).subscribe({ start: overhear, asyncEnd: overhear });
    }
    subscribe('node-redis:command:reply', overhear);
  },

  exit: ({ code }) => process.exit(code),
};

function overhear(message) {
  heard.published.push(inspect(message, { depth: 9 }));
}

async function contextOf(module, { factor, wrongByMs }, clock) {
  if (factor === undefined && wrongByMs === undefined) {
    const context = await NestFactory.createApplicationContext(module, {
      logger,
    });
    return context.enableShutdownHooks();
  }
  const testing = await Test.createTestingModule({ imports: [module] })
    .overrideProvider(TokenClock)
    .useValue(clock)
    .setLogger(logger)
    .compile();
  return testing.init();
}

/** Ends or stops this process where its fate says so: nothing of it is run after that. */
function reach(step) {
  if (fate?.step !== step) return;
  const { signal } = fate;
  fate = undefined;
  process.send({ reached: step });
  process.kill(process.pid, signal);
}

subscribe('http.client.request.start', ({ request }) => {
  if (fate?.step !== 'sent' || !request.path.endsWith('/connect/token')) return;
  setTimeout(() => reach('sent'), fate.afterMs);
});

async function outcomeOf(count, act) {
  const startedAt = performance.now();
  let slowestMs = 0;
  const calls = Array.from({ length: count }, () =>
    act().finally(() => {
      slowestMs = performance.now() - startedAt;
    }),
  );
  const settled = await Promise.allSettled(calls);
  const values = settled.flatMap(({ value }) => value ?? []);
  const failures = settled.flatMap(({ reason }) => reason ?? []);
  return {
    values: [...new Set(values)],
    codes: [...new Set(failures.map(({ code }) => code ?? 'no code'))],
    failed: failures.length,
    retryAfterMs: failures[0]?.retryAfterMs,
    printed: failures.slice(0, 1).map((error) => inspect(error, { depth: 9 })),
    slowestMs,
  };
}

process.on('message', async ({ id, command, argument }) => {
  try {
    process.send({ id, answer: await commands[command](argument) });
  } catch (error) {
    process.send({ id, failure: inspect(error) });
  }
});
process.on('disconnect', () => process.exit());
// The test may have ended while this was loaded.
if (!process.connected) process.exit();
process.send({ reached: 'loaded' });
