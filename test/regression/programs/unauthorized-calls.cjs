// An app whose token is revoked while its credentials are no longer accepted either.
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
