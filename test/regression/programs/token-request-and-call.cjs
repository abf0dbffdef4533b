// A token request, a refused one and an API call, with whatever debugging the environment asks for.
const { AsposeCloudEmulator } = require('../../../dist/testing/index.js');
const { AsposeHttpService } = require('../../../dist/index.js');
const { firstValueFrom } = require('rxjs');
const { accountAt, bootApp } = require('./boot-app.cjs');

async function main() {
  const cloud = await AsposeCloudEmulator.start({
    clientSecret: process.env.CANARY,
  });
  const app = await bootApp(accountAt(cloud), {});
  const aspose = app.get(AsposeHttpService);
  await firstValueFrom(aspose.get('/v4.0/cells'));
  cloud.clientSecret = 'another';
  cloud.revokeAll();
  await firstValueFrom(aspose.get('/v4.0/cells')).catch((error) => {
    process.stderr.write(`${error.stack}\n`);
  });
  await app.close();
  await cloud.close();
}

void main();
