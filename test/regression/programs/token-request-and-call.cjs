// A token request, a refused one and an API call, with whatever debugging the environment asks for.
const { AsposeCloudEmulator } = require('../../../dist/testing/index.js');
const {
  AsposeAuthModule,
  AsposeHttpService,
} = require('../../../dist/index.js');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { firstValueFrom } = require('rxjs');

async function main() {
  const cloud = await AsposeCloudEmulator.start({
    clientSecret: process.env.CANARY,
  });
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
  const app = await NestFactory.createApplicationContext(AppModule);
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
