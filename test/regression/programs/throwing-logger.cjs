// An app whose logger throws, and a subscriber of its own as well.
const events = require('node:events');

const { Logger } = require('@nestjs/common');

const { AsposeTokenService } = require('../../../dist/index.js');
const { AsposeCloudEmulator } = require('../../../dist/testing/index.js');
const { accountAt, bootApp } = require('./boot-app.cjs');

async function main() {
  const cloud = await AsposeCloudEmulator.start();
  const app = await bootApp({
    ...accountAt(cloud),
    warmUp: 'off',
  });
  const warnings = [];
  process.on('warning', ({ name }) => warnings.push(name));
  Logger.overrideLogger(
    new Proxy(
      {},
      {
        get: () => () => {
          throw new Error('disk full');
        },
      },
    ),
  );
  const uncaught = [];
  process.on('uncaughtException', ({ message }) => uncaught.push(message));
  const tokens = app.get(AsposeTokenService);
  tokens.events$.subscribe(() => {
    throw new Error('of the subscriber');
  });
  const reported = events.once(process, 'uncaughtException');
  await tokens.getToken();
  await reported;
  Logger.overrideLogger(false);
  await app.close();
  await cloud.close();
  process.stdout.write(
    JSON.stringify({ warnings, uncaught: [...new Set(uncaught)] }),
  );
}

void main();
