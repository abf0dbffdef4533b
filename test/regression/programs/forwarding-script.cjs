// A script that asks its own app for a forwarded token, without a server.
const { NestFactory } = require('@nestjs/core');
const { FastifyAdapter } = require('@nestjs/platform-fastify');

const {
  AsposeTokenEndpointModule,
} = require('../../../dist/endpoint/index.js');
const { appModule } = require('./boot-app.cjs');

async function main() {
  const root = appModule(
    AsposeTokenEndpointModule.forRoot({
      mode: 'forward',
      allowedClientIds: ['reports'],
      tokenEndpoint: process.env.TOKEN_ENDPOINT,
    }),
  );
  const app = await NestFactory.create(root, new FastifyAdapter(), {
    logger: false,
  });
  await app.init();
  const { statusCode } = await app.inject({
    method: 'POST',
    url: '/v4.0/cells/connect/token',
    payload: { client_id: 'reports', client_secret: 'canary' },
  });
  process.stdout.write(String(statusCode));
}

void main();
