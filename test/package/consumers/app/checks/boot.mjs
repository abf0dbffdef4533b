// Boots the compiled app with plain node, on Express or Fastify, against a cloud of its own, and calls it 20 times at once.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';

import { AsposeCloudEmulator } from 'nestjs-aspose-auth/testing';

import { startAccounts } from './accounts.mjs';
import { assertConsole } from './console.mjs';

const CALLS = 20;
const OTHER_CLIENTS = ['axios', 'fetch'];

const [platform, main = 'dist/main.js'] = process.argv.slice(2);

const cloud = await AsposeCloudEmulator.start();
cloud.route('GET', '/v4.0/cells/storage/disc', (_request, response) => {
  response.setHeader('Content-Type', 'application/json');
  response.end('{"UsedSize":0}');
});

const accounts = await startAccounts();

const elsewhere = createServer((request, response) => {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ got: request.headers.authorization ?? null }));
});
await once(elsewhere.listen(0, '127.0.0.1'), 'listening');

const app = spawn(process.execPath, [resolve(main)], {
  cwd: dirname(resolve(main)),
  stdio: ['ignore', 'pipe', 'inherit'],
  env: {
    ...process.env,
    PORT: '0',
    PLATFORM: platform,
    ASPOSE_BASE_URL: cloud.url,
    ASPOSE_CLIENT_ID: cloud.clientId,
    ASPOSE_CLIENT_SECRET: cloud.clientSecret,
    ...accounts.environment,
  },
});
const exited = once(app, 'exit');

try {
  const firstLine = once(createInterface(app.stdout), 'line');
  const [url] = await Promise.race([
    firstLine,
    exited.then(([code]) => assert.fail(`the app exited with ${code}`)),
  ]);
  const answers = await Promise.all(
    Array.from({ length: CALLS }, async () => {
      const response = await fetch(`${url}/storage`);
      return { status: response.status, body: await response.json() };
    }),
  );
  for (const answer of answers)
    assert.deepEqual(answer, { status: 200, body: { UsedSize: 0 } });

  for (const client of OTHER_CLIENTS) {
    const answer = await fetch(`${url}/storage/by-${client}`);
    assert.equal(await answer.text(), '{"UsedSize":0}', client);
  }
  const other = `http://127.0.0.1:${elsewhere.address().port}`;
  const foreign = await fetch(`${url}/storage/elsewhere?url=${other}`);
  assert.equal(await foreign.text(), '{"got":null}');

  const guarded = await fetch(`${url}/storage/token`);
  assert.match((await guarded.json()).printed, /^\[redacted /);

  for (const path of ['intercepted', 'filtered']) {
    const failed = await fetch(`${url}/storage/failure/${path}`);
    assert.equal(failed.status, 503, path);
    assert.equal(failed.headers.get('Retry-After'), '7', path);
  }

  await accounts.assertOwnTokens(url);
  await assertConsole(url);

  const calls = CALLS + OTHER_CLIENTS.length;
  assert.equal(cloud.counters.callsWithValidToken, calls);
  assert.equal(cloud.counters.callsWithInvalidToken, 0);
  assert.equal(cloud.counters.tokenRequests, 1);

  cloud.failNext(
    { kind: 'answer', status: 404, body: { Message: 'No such storage.' } },
    { path: 'api' },
  );
  const missing = await fetch(`${url}/storage`);
  assert.equal(missing.status, 404);
  assert.equal((await missing.json()).message, 'No such storage.');

  process.stdout.write(
    `${CALLS} concurrent calls, 1 token request, Node ${process.versions.node}\n`,
  );

  const forwarded = await fetch(`${url}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: cloud.clientId,
      client_secret: cloud.clientSecret,
    }),
  });
  assert.equal(forwarded.status, 200);
  assert.match((await forwarded.json()).access_token, /^ey/);

  // The last call, of a shutdown hook, needs another token.
  const callsBefore = cloud.counters.callsWithValidToken;
  cloud.revokeAll();
  app.kill('SIGTERM');
  const [code, signal] = await exited;
  // Nest raises the signal again once its hooks have run.
  assert.ok(code === 0 || signal === 'SIGTERM', `exit: ${code ?? signal}`);
  const callsSince = cloud.counters.callsWithValidToken - callsBefore;
  assert.equal(callsSince, 1, 'the last call');
} finally {
  app.kill('SIGKILL');
  elsewhere.close();
  elsewhere.closeAllConnections();
  await accounts.close();
  await cloud.close();
}
