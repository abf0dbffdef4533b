import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const NEST = '@nestjs/core';

/** What is released together with Nest itself, though it is no peer. */
const RELEASED_WITH_NEST = [
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/platform-fastify',
  '@nestjs/platform-ws',
  '@nestjs/testing',
  '@nestjs/websockets',
];

/** The lowest version that `package.json` admits of each peer, and of what is released with one. */
export function lowestPeers() {
  const url = new URL('../../package.json', import.meta.url);
  const { peerDependencies } = JSON.parse(readFileSync(url, 'utf8'));
  const lowest = Object.fromEntries(
    Object.entries(peerDependencies).map(([name, range]) => {
      const [, version] = /^\^(\d+\.\d+\.\d+)(?: \|\||$)/.exec(range) ?? [];
      assert.ok(version, `${name} ${range}: where does it begin?`);
      return [name, version];
    }),
  );
  for (const name of RELEASED_WITH_NEST) lowest[name] = lowest[NEST];
  return lowest;
}
