// An app whose token endpoint goes down for good; its refreshes fail in the background, and nobody waits for them.
const { buildTokenTower } = require('../../../dist/clients/token-tower.js');
const {
  CredentialMemory,
} = require('../../../dist/credential/credential-memory.js');
const { resolveOptions } = require('../../../dist/options/resolve-options.js');
const {
  AsposeCloudEmulator,
  ManualTokenClock,
} = require('../../../dist/testing/index.js');
const {
  axiosTokenTransport,
} = require('../../../dist/transport/axios-token-transport.js');

const LIFETIME_MS = 3_600_000;

async function main() {
  const cloud = await AsposeCloudEmulator.start({
    lifetimeSeconds: LIFETIME_MS / 1000,
  });
  const clock = new ManualTokenClock();
  let refreshFailed = () => {};
  const tokens = buildTokenTower({
    client: 'default',
    options: resolveOptions({
      clientId: cloud.clientId,
      clientSecret: cloud.clientSecret,
      baseUrl: cloud.url,
    }),
    clock,
    memory: new CredentialMemory(clock),
    transport: axiosTokenTransport(),
    onEvent: ({ type }) => type === 'refresh-failed' && refreshFailed(),
  });
  await tokens.getToken();
  await cloud.close();

  await clock.advance(0.85 * LIFETIME_MS);
  const failures = 4;
  for (let i = 0; i < failures; i += 1) {
    const failed = new Promise((resolve) => (refreshFailed = resolve));
    await tokens.getToken();
    await failed;
    await clock.advance(60_000);
  }
  await clock.advance(LIFETIME_MS);
  process.stdout.write(
    `${failures} refreshes failed; token left: ${tokens.peekToken() !== undefined}`,
  );
}

void main();
