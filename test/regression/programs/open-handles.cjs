// What `jest --detectOpenHandles` would report of an app that has run, was closed and is done.
const { createHook } = require('node:async_hooks');

/** Those that jest does not count. */
const HARMLESS = new Set([
  'PROMISE',
  'TIMERWRAP',
  'ELDHISTOGRAM',
  'PerformanceObserver',
  'RANDOMBYTESREQUEST',
  'DNSCHANNEL',
  'ZLIB',
  'SIGNREQUEST',
  'TLSWRAP',
  'TCPWRAP',
  // Of Node 26, for each stream whose end it waits for: nobody can end it sooner.
  'STREAM_END_OF_STREAM',
]);
const handles = new Map();
createHook({
  init(id, type, _, resource) {
    const { stack } = new Error();
    if (HARMLESS.has(type) || !stack.includes('/dist/')) return;
    const canBeWeak = 'hasRef' in resource;
    const weak = new WeakRef(resource);
    const isOpen = () => !canBeWeak || (weak.deref()?.hasRef() ?? false);
    handles.set(id, { type, isOpen });
  },
  destroy: (id) => handles.delete(id),
}).enable();

const { firstValueFrom } = require('rxjs');

const { AsposeHttpService } = require('../../../dist/index.js');
const { AsposeCloudEmulator } = require('../../../dist/testing/index.js');
const { accountAt, bootApp } = require('./boot-app.cjs');

/** What does not close in a while; handles are told of a little later. */
async function leftOpen() {
  const waitsUntil = performance.now() + 2_000;
  for (;;) {
    const open = [...handles.values()].filter(({ isOpen }) => isOpen());
    if (open.length === 0 || performance.now() > waitsUntil) return open;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function main() {
  const cloud = await AsposeCloudEmulator.start();
  const app = await bootApp(accountAt(cloud));
  const call = () =>
    firstValueFrom(app.get(AsposeHttpService).get('/v4.0/cells'));
  await call();
  cloud.revokeAll();
  await call();
  await app.close();
  await cloud.close();
  const open = await leftOpen();
  process.stdout.write(JSON.stringify(open.map(({ type }) => type)));
}

void main();
