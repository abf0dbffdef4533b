// Installs the packed package into real apps, one for each major of Nest, as the README says, and uses it there.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { checkConsumer, makeConsumer } from './consumer.mjs';
import { checkPackage, pack } from './packed-package.mjs';
import { hasSucceeded, heading } from './transcript.mjs';

const CONSUMERS = {
  'nest-12': {
    about: 'Nest 12: ES modules, vitest 4, TypeScript 6.0',
    install: 'npm i nestjs-aspose-auth @nestjs/axios axios',
    // The types of @nestjs/axios 12 do not compile with it.
    oldestAxiosFlags: ['--skipLibCheck'],
  },
  'nest-11': {
    about: 'Nest 11: CommonJS, jest 30, TypeScript 5.7',
    install: 'npm i nestjs-aspose-auth @nestjs/axios@4 axios',
  },
  'nest-10': {
    about:
      'Nest 10: CommonJS, jest 29, TypeScript 5.1, module resolution node10',
    install: 'npm i nestjs-aspose-auth @nestjs/axios@3 axios',
  },
};

const TIME_LIMIT_MINUTES = 15;

const root = fileURLToPath(new URL('../..', import.meta.url));
const consumers = fileURLToPath(new URL('consumers', import.meta.url));

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => process.exit(1));
setTimeout(() => {
  heading(`The package FAILED: over ${TIME_LIMIT_MINUTES} minutes.`);
  process.exit(1);
}, TIME_LIMIT_MINUTES * 60_000).unref();

const start = performance.now();
const workplace = await mkdtemp(join(tmpdir(), 'nestjs-aspose-auth-'));

const packed = await pack(root, workplace);
heading('The package');
await checkPackage(root, packed);

for (const [name, { about, ...consumer }] of Object.entries(CONSUMERS)) {
  heading(about);
  const folder = join(workplace, name);
  await makeConsumer(consumers, name, folder);
  await checkConsumer({ root, folder, tarball: packed.tarball, ...consumer });
}

const seconds = Math.round((performance.now() - start) / 1_000);
if (hasSucceeded()) {
  await rm(workplace, { recursive: true });
  heading(`The package works in every consumer (${seconds} s).`);
} else {
  heading(
    `The package FAILED (${seconds} s). Left to be looked at: ${workplace}`,
  );
  process.exitCode = 1;
}
