// What 10,000 clients hold, each with a token of its own.
const WARM_UP_CLIENTS = 500;
const AT_ONCE = 50;
/** Some clients take 10 ms to make; then fewer have to do. */
const LIMIT_MS = 40_000;
/** 1,000 characters and what V8 holds of any string. */
const TOKEN_TEXT_BYTES = 1_016;

export default {
  title: 'memory',
  peersAtOnce: 2,
  execArgv: ['--expose-gc'],
  figures: [
    {
      key: 'kib',
      name: 'per client, with its token of 1,000 characters',
      unit: 'KiB',
      digits: 2,
    },
    {
      key: 'besideKib',
      name: '… without the text of the token',
      unit: 'KiB',
      digits: 2,
      atMost: 1.5,
    },
  ],

  async run({ peer, server, isQuick }) {
    await makeClients(WARM_UP_CLIENTS, peer, server);
    const clients = isQuick ? 3_000 : 10_000;
    const before = await heldBytes();
    const held = await makeClients(clients, peer, server);
    const after = await heldBytes();
    const bytes = (after - before) / held.length;
    return {
      ...(held.length < clients && {
        note: `Measured on ${held.length} clients: more would have taken too long to make.`,
      }),
      kib: bytes / 1_024,
      besideKib: (bytes - TOKEN_TEXT_BYTES) / 1_024,
    };
  },
};

async function makeClients(count, peer, server) {
  const clients = [];
  const endsAt = performance.now() + LIMIT_MS;
  while (clients.length < count && performance.now() < endsAt) {
    const more = await Promise.all(
      Array.from({ length: AT_ONCE }, () => makeClient(peer, server)),
    );
    clients.push(...more);
  }
  return clients;
}

async function makeClient(peer, server) {
  const create = peer.createLight ?? peer.create;
  const client = await create(server, server.newCredentials());
  await (client.getToken?.() ?? client.call());
  return client;
}

async function heldBytes() {
  for (let round = 0; round < 4; round += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    globalThis.gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
