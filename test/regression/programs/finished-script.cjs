// A script that has done its work before its token comes, or needs it; also for a call that waits for the only connection.
const { Agent } = require('node:http');

const {
  AsposeHttpService,
  AsposeTokenService,
} = require('../../../dist/index.js');
const { bootApp } = require('./boot-app.cjs');

async function main() {
  const httpAgent = new Agent({ keepAlive: true, maxSockets: 1 });
  const app = await bootApp({
    clientId: 'reports',
    clientSecret: 'canary',
    tokenEndpoint: process.env.TOKEN_ENDPOINT,
    ...(process.env.ADAPTER && {
      tokenAxios: { adapter: process.env.ADAPTER },
    }),
    ...(process.env.SHARES_CONNECTION && {
      baseUrl: new URL(process.env.TOKEN_ENDPOINT).origin,
      tokenAxios: { httpAgent },
      axios: { httpAgent },
    }),
  });
  if (process.env.NEEDS_TOKEN) await app.get(AsposeTokenService).getToken();
  if (process.env.SHARES_CONNECTION) {
    const { axiosRef } = app.get(AsposeHttpService);
    await axiosRef.get('/v4.0/cells', { aspose: { attach: false } });
  }
  // The request is on its way by then.
  await new Promise((resolve) => setTimeout(resolve, 300));
  if (process.env.CLOSES) await app.close();
  const doneAtMs = performance.now();
  process.on('exit', () =>
    process.stdout.write(String(performance.now() - doneAtMs)),
  );
}

void main();
