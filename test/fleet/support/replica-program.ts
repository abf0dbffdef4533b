import { join } from 'node:path';

import { build } from 'esbuild';

const FLEET = join(__dirname, '..');

/** What runs as a replica. */
export const REPLICA_PROGRAM = join(FLEET, 'node_modules/.cache/replica.cjs');

/**
 * Puts the program and all that it needs into one file, before all tests: so many are started that it counts what each of
 * them has to load.
 */
export default async function bundle(): Promise<void> {
  await build({
    entryPoints: [join(FLEET, 'replica/replica.mjs')],
    outfile: REPLICA_PROGRAM,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: [
      // One of these is loaded.
      ...['ioredis-*', 'iovalkey', 'redis-*'],
      // What Nest loads only where it is there.
      ...['@nestjs/microservices*', '@nestjs/websockets*', 'class-*'],
    ],
    logLevel: 'error',
  });
}
