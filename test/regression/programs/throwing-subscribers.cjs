// An app that has subscribed to the diagnostics channels, with subscribers that throw.
const { subscribe, tracingChannel } = require('node:diagnostics_channel');
const { setTimeout } = require('node:timers/promises');

const { AsposeTokenService } = require('../../../dist/index.js');
const { AsposeCloudEmulator } = require('../../../dist/testing/index.js');
const { accountAt, bootApp } = require('./boot-app.cjs');

async function main() {
  const cloud = await AsposeCloudEmulator.start();
  const uncaught = new Set();
  process.on('uncaughtException', ({ message }) => uncaught.add(message));
  const fail = (name) => () => {
    throw new Error(name);
  };
  subscribe('nestjs-aspose-auth:event', fail('event'));
  const steps = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'];
  tracingChannel('nestjs-aspose-auth:fetch').subscribe(
    Object.fromEntries(steps.map((step) => [step, fail(step)])),
  );
  const app = await bootApp({
    ...accountAt(cloud),
    warmUp: 'off',
    retry: { attempts: 1 },
  });
  const tokens = app.get(AsposeTokenService);
  cloud.failNext({ kind: 'reset' });
  const failed = await tokens.getToken().catch(({ code }) => code);
  await setTimeout(1_500);
  const { lifetimeMs } = await tokens.getToken();
  await app.close();
  await cloud.close();
  process.stdout.write(
    JSON.stringify({ failed, lifetimeMs, uncaught: [...uncaught] }),
  );
}

void main();
