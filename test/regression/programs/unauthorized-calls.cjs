// An app whose token is revoked while its credentials are no longer accepted either.
const { firstValueFrom } = require('rxjs');
const { AsposeHttpService } = require('../../../dist/index.js');
const { AsposeCloudEmulator } = require('../../../dist/testing/index.js');
const { accountAt, bootApp } = require('./boot-app.cjs');

async function main() {
  const cloud = await AsposeCloudEmulator.start();
  const app = await bootApp(accountAt(cloud));
  const aspose = app.get(AsposeHttpService);
  await firstValueFrom(aspose.get('/v4.0/cells'));

  cloud.revokeAll();
  cloud.clientSecret = 'another';
  const calls = await Promise.allSettled(
    Array.from({ length: 10 }, () => firstValueFrom(aspose.get('/v4.0/cells'))),
  );
  const statuses = calls.map(({ reason }) => reason?.response?.status);
  const grants = cloud.tokenRequests.map(({ body }) =>
    new URLSearchParams(body).get('grant_type'),
  );
  process.stdout.write(JSON.stringify({ statuses, grants }));
  await app.close();
  await cloud.close();
}

void main();
