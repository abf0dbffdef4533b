// Starts one Nest app, with or without a peer, and tells how long that took.
import 'reflect-metadata';

import { once } from 'node:events';

import { HttpModule } from '@nestjs/axios';
import { NestFactory } from '@nestjs/core';

// Parts of the bench that are not to be counted as a peer's.
import './support/axios-client.mjs';
import './support/hand-written-memo.mjs';
import './support/refresh-window.mjs';
import './support/token-post.mjs';

class AppModule {}

const [{ origin, credentials, peerFile }] = await once(process, 'message');
const server = {
  origin,
  tokenUrl: `${origin}/connect/token`,
};

const startedAt = performance.now();
const imports = [HttpModule];
const peer = peerFile && (await import(`./peers/${peerFile}`)).default;
const loadMs = performance.now() - startedAt;
if (peer) imports.push(moduleOf(peer));
const app = await NestFactory.createApplicationContext(
  { module: AppModule, imports },
  { logger: false },
);
const sinceProcessStartMs = performance.now();
const totalMs = sinceProcessStartMs - startedAt;
process.send({ loadMs, totalMs, sinceProcessStartMs }, () => process.exit());
void app;

/** A peer that is no Nest module is set up in the factory of a provider. */
function moduleOf({ nestModule, create }) {
  if (nestModule) return nestModule(server, credentials);
  class PeerModule {}
  const provider = {
    provide: 'PEER',
    useFactory: () => create(server, credentials),
  };
  return { module: PeerModule, providers: [provider] };
}
