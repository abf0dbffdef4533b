// One of several processes that start cold with one pair of credentials.
import { once } from 'node:events';
import { createRequire } from 'node:module';

import { atOnce } from '../support/settle.mjs';

const [{ peerFile, server, credentials, redisPort }] = await once(
  process,
  'message',
);
const { default: peer } = await import(`../peers/${peerFile}`);
const client = await peer.create(
  server,
  credentials,
  redisPort && { store: store(redisPort) },
);

process.send('ready');
const [{ calls }] = await once(process, 'message');
const { failed, unsettled } = await atOnce(calls, () => client.call(), 30_000);
process.send({ failed: failed + unsettled }, () => process.exit());

function store(port) {
  const require = createRequire(import.meta.url);
  const { Redis } = require('ioredis');
  const { redisTokenStore } = require('../../dist/redis/index.js');
  return redisTokenStore(new Redis(port).on('error', () => {}));
}
