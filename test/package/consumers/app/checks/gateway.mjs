// Attacks a gateway, on Express or Fastify, with every form of a path that the suite has.
import assert from 'node:assert/strict';

import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AsposeAuthModule } from 'nestjs-aspose-auth';
import { AsposeGatewayModule } from 'nestjs-aspose-auth/gateway';

import { ALLOW, attack, CORPUS } from './gateway/attack.mjs';
import { startUpstream } from './gateway/wire.mjs';

const [platform] = process.argv.slice(2);
const Adapter = { express: ExpressAdapter, fastify: FastifyAdapter }[platform];

const upstream = await startUpstream();

class AppModule {}
Module({
  imports: [
    AsposeAuthModule.forRoot({
      accessToken: 'static',
      baseUrl: upstream.url,
    }),
    AsposeGatewayModule.forRoot({
      path: 'aspose',
      allow: ALLOW,
      public: true,
    }),
  ],
})(AppModule);

const app = await NestFactory.create(AppModule, new Adapter(), {
  logger: ['warn'],
});
await app.listen(0, '127.0.0.1');
try {
  assert.deepEqual(await attack(await app.getUrl(), upstream), []);
  const { version } = app.getHttpAdapter().getInstance();
  const { forms, families } = CORPUS;
  process.stdout.write(
    `${forms} forms of ${families} families, ${platform} ${version ?? ''}\n`,
  );
} finally {
  await app.close();
  await upstream.close();
}
