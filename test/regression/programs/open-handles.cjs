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

const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { firstValueFrom } = require('rxjs');

const {
  AsposeAuthModule,
  AsposeHttpService,
} = require('../../../dist/index.js');
const { AsposeCloudEmulator } = require('../../../dist/testing/index.js');

async function main() {
  const cloud = await AsposeCloudEmulator.start();
  class AppModule {}
  Module({
    imports: [
      AsposeAuthModule.forRoot({
        clientId: cloud.clientId,
        clientSecret: cloud.clientSecret,
        baseUrl: cloud.url,
      }),
    ],
  })(AppModule);
  const app = await NestFactory.createApplicationContext(AppModule, {
    logger: false,
  });
  const call = () =>
    firstValueFrom(app.get(AsposeHttpService).get('/v4.0/cells'));
  await call();
  cloud.revokeAll();
  await call();
  await app.close();
  await cloud.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const open = [...handles.values()].filter(({ isOpen }) => isOpen());
  process.stdout.write(JSON.stringify(open.map(({ type }) => type)));
}

void main();
