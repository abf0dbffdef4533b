import assert from 'node:assert/strict';
import { copyFile, cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { run } from './command.mjs';
import { step } from './transcript.mjs';

const NPM_FLAGS = ['--prefer-offline', '--no-audit', '--no-fund'];

const NAME = 'nestjs-aspose-auth';

const OLDEST_AXIOS = '1.6.0';

/**
 * Installs the tarball into a consumer as the README says, compiles the consumer, tests it and boots it.
 *
 * Stops at the first step that fails.
 */
export async function checkConsumer({
  root,
  folder,
  tarball,
  install,
  oldestAxiosFlags = [],
}) {
  const npm = (...args) => run('npm', [...args, ...NPM_FLAGS], folder);
  const tsc = (...args) =>
    run(join(folder, 'node_modules', '.bin', 'tsc'), args, folder);
  const node = async (...args) =>
    (await run(process.execPath, args, folder)).stdout;

  const steps = {
    'npm install, as a project that knows nothing of Aspose': async () => {
      await npm('install');
    },
    [install]: async () => {
      const readme = await readFile(join(root, 'README.md'), 'utf8');
      assert.ok(readme.includes(`\`${install}\``), 'README.md says otherwise');
      const [, ...args] = install.split(' ');
      await npm(...args.map((arg) => (arg === NAME ? tarball : arg)));
      // Fails on a peer that is missing or of a wrong version.
      await npm('ls', '--all');
      return versionsIn(folder);
    },
    tsc: async () => {
      await tsc();
    },
    'tsc, the request field as CommonJS and as ES module': async () => {
      await tsc('--project', 'tsconfig.types.json');
    },
    'npm test': async () => {
      const { printed } = await run('npm', ['test'], folder);
      return /Tests:? .*/.exec(printed)[0];
    },
    'import and require lead to the same classes': () =>
      node('checks/both-ways.mjs'),
    'the compiled app boots with plain node': () => node('checks/boot.mjs'),
    [`the request field and the compiled app, with axios ${OLDEST_AXIOS}`]:
      async () => {
        await npm('install', `axios@${OLDEST_AXIOS}`);
        await tsc('--project', 'tsconfig.types.json', ...oldestAxiosFlags);
        return node('checks/boot.mjs');
      },
  };
  for (const [name, action] of Object.entries(steps))
    if (!(await step(name, action))) return;
}

/** Lays the app that all consumers share into what one consumer has of its own. */
export async function makeConsumer(consumers, name, folder) {
  await cp(join(consumers, 'app'), folder, { recursive: true });
  await cp(join(consumers, name), folder, { recursive: true });
  await mkdir(join(folder, 'types'));
  for (const extension of ['cts', 'mts'])
    await copyFile(
      join(folder, 'src', 'typed-requests.ts'),
      join(folder, 'types', `typed-requests.${extension}`),
    );
}

async function versionsIn(folder) {
  const names = [
    '@nestjs/core',
    '@nestjs/axios',
    'axios',
    'rxjs',
    'typescript',
  ];
  const versions = await Promise.all(
    names.map(async (name) => {
      const manifest = join(folder, 'node_modules', name, 'package.json');
      const { version } = JSON.parse(await readFile(manifest, 'utf8'));
      return `${name} ${version}`;
    }),
  );
  return versions.join(', ');
}
