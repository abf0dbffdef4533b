// Token requests and calls to this machine, by each client, with whatever proxy the environment names.
const {
  AsposeAuthModule,
  AsposeHttpService,
  AsposeTokenService,
  attachAsposeToken,
} = require('../../../dist/index.js');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { firstValueFrom } = require('rxjs');

const { BASE_URL, CLIENT_ID, CLIENT_SECRET, AXIOS, TOKEN_AXIOS } = process.env;

async function main() {
  class AppModule {}
  Module({
    imports: [
      AsposeAuthModule.forRoot({
        clientId: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        baseUrl: BASE_URL,
        warmUp: 'off',
        axios: JSON.parse(AXIOS ?? '{}'),
        tokenAxios: JSON.parse(TOKEN_AXIOS ?? '{}'),
      }),
    ],
  })(AppModule);
  const app = await NestFactory.createApplicationContext(AppModule, {
    logger: ['error'],
  });
  const tokens = app.get(AsposeTokenService);
  await firstValueFrom(app.get(AsposeHttpService).get('/v4.0/cells'));
  for (const copy of ['axios', 'axios-lowest']) {
    const attached = require(copy).create(JSON.parse(AXIOS ?? '{}'));
    attachAsposeToken(attached, tokens);
    await attached.get(`${BASE_URL}/v4.0/cells`);
  }
  await app.close();
}

void main();
