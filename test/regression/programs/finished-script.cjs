// A script that has done its work before its token comes, or needs it.
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');

const {
  AsposeAuthModule,
  AsposeTokenService,
} = require('../../../dist/index.js');

async function main() {
  class AppModule {}
  Module({
    imports: [
      AsposeAuthModule.forRoot({
        clientId: 'reports',
        clientSecret: 'canary',
        tokenEndpoint: process.env.TOKEN_ENDPOINT,
      }),
    ],
  })(AppModule);
  const app = await NestFactory.createApplicationContext(AppModule, {
    logger: false,
  });
  if (process.env.NEEDS_TOKEN) await app.get(AsposeTokenService).getToken();
  // The request is on its way by then.
  await new Promise((resolve) => setTimeout(resolve, 300));
  if (process.env.CLOSES) await app.close();
  const doneAtMs = performance.now();
  process.on('exit', () =>
    process.stdout.write(String(performance.now() - doneAtMs)),
  );
}

void main();
