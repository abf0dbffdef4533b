// An app that computes, or is stopped, for longer than it waits for an answer; meanwhile the answer arrives.
const { fork, spawn } = require('node:child_process');
const events = require('node:events');
const path = require('node:path');

const { NestFactory } = require('@nestjs/core');

const {
  AsposeTokenEndpointModule,
} = require('../../../dist/endpoint/index.js');
const {
  AsposeAuthModule,
  AsposeTokenService,
} = require('../../../dist/index.js');
const { appModule } = require('./boot-app.cjs');

const FROZEN_MS = 2_200;
const OVERDUE_MS = 1_000;

const endpoint = fork(path.join(__dirname, 'slow-endpoint.cjs'));
let asked = [];

const FREEZE = {
  computes() {
    const end = performance.now() + FROZEN_MS;
    while (performance.now() < end);
  },
  stops() {
    const seconds = FROZEN_MS / 1000;
    spawn('sh', [
      '-c',
      `kill -STOP ${process.pid}; sleep ${seconds}; kill -CONT ${process.pid}`,
    ]);
  },
};

/** Freezes this process when the endpoint is asked next for a URL. */
function freezeAt(url) {
  const listener = ({ asked }) => {
    if (asked !== url) return;
    endpoint.off('message', listener);
    FREEZE[process.env.HOW]();
  };
  endpoint.on('message', listener);
}

async function start(module) {
  const app = await NestFactory.create(appModule(module), { logger: false });
  await app.listen(0, '127.0.0.1');
  return app;
}

async function startClient(url, timeouts) {
  const app = await start(
    AsposeAuthModule.forRoot({
      credentials: async () => (await fetch(`${url}/vault`)).json(),
      tokenEndpoint: `${url}/connect/token`,
      warmUp: 'off',
      timeouts,
    }),
  );
  const tokens = app.get(AsposeTokenService);
  const events = [];
  tokens.events$.subscribe(({ type }) => events.push(type));
  return { app, tokens, events };
}

const LONG = { attemptMs: OVERDUE_MS, flightMs: 5_000 };
const SHORT = { attemptMs: OVERDUE_MS, flightMs: 1_200 };

const CASES = {
  async 'the token request'(url) {
    const { app, tokens, events } = await startClient(url, LONG);
    freezeAt('/connect/token');
    await tokens.getToken();
    return { app, heard: { events: [...events] } };
  },
  async 'the flight'(url) {
    const { app, tokens, events } = await startClient(url, SHORT);
    freezeAt('/connect/token');
    await tokens.getToken();
    return { app, heard: { events: [...events] } };
  },
  async 'the first credentials'(url) {
    const { app, tokens, events } = await startClient(url, SHORT);
    freezeAt('/vault');
    await tokens.getToken();
    return { app, heard: { events: [...events] } };
  },
  async 'other credentials'(url) {
    const { app, tokens, events } = await startClient(url, LONG);
    const refused = await tokens.getToken();
    tokens.reset();
    freezeAt('/vault');
    await tokens.getToken({ unauthorized: { token: refused, origin: url } });
    return { app, heard: { events: [...events] } };
  },
  async 'the forwarder'(url) {
    const app = await start(
      AsposeTokenEndpointModule.forRoot({
        mode: 'forward',
        public: true,
        tokenEndpoint: `${url}/connect/token`,
        timeoutMs: OVERDUE_MS,
      }),
    );
    freezeAt('/connect/token');
    endpoint.send({ call: `${await app.getUrl()}/v4.0/cells/connect/token` });
    const status = await new Promise((resolve) => {
      endpoint.on('message', (message) => {
        if (message.status !== undefined) resolve(message.status);
      });
    });
    return { app, heard: { status } };
  },
};

async function main() {
  const [{ url }] = await events.once(endpoint, 'message');
  endpoint.on('message', (message) => {
    if (message.asked !== undefined) asked.push(message.asked);
  });
  const results = {};
  for (const [waitsFor, run] of Object.entries(CASES)) {
    asked = [];
    const { app, heard } = await run(url);
    results[waitsFor] = { ...heard, asked };
    await app.close();
  }
  process.stdout.write(JSON.stringify(results));
  endpoint.disconnect();
}

void main();
