import assert from 'node:assert/strict';
import { copyFile, cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { run } from './command.mjs';
import { step } from './transcript.mjs';

const NPM_FLAGS = ['--prefer-offline', '--no-audit', '--no-fund'];

const OLDEST_AXIOS = '1.6.0';

/** Makes a consumer's app in a folder, installs the tarball as the README says, compiles it, tests it and boots it. */
export async function checkConsumer({ root, folder, tarball, install }) {
  const inFolder = (command, ...args) => run(command, args, folder);
  const quietly = (command, ...args) =>
    inFolder(command, ...args).then(() => '');
  const tsc = (...args) => quietly('npx', 'tsc', ...args);
  const compile = async () => {
    await tsc();
    return tsc('--project', 'tsconfig.types.json');
  };
  const boot = () => inFolder('node', 'checks/boot.mjs');

  const steps = {
    'npm install, as a project that knows nothing of Aspose': () =>
      quietly('npm', 'install', ...NPM_FLAGS),
    [install]: async () => {
      const readme = await readFile(join(root, 'README.md'), 'utf8');
      assert.ok(readme.includes(`\`${install}\``), 'README.md says otherwise');
      const [npm, ...args] = install.split(' ');
      const named = args.map((arg) =>
        arg === 'nestjs-aspose-auth' ? tarball : arg,
      );
      await inFolder(npm, ...named, ...NPM_FLAGS);
      // Fails on a peer that is missing or of a wrong version.
      await inFolder('npm', 'ls', '--all');
      return versionsIn(folder);
    },
    'tsc, and the request field as CommonJS and as ES module': compile,
    'the tests of the app': () => quietly('npm', 'test'),
    'import and require lead to the same classes': () =>
      inFolder('node', 'checks/both-ways.mjs'),
    'the compiled app boots with plain node': boot,
    [`compiles and boots with axios ${OLDEST_AXIOS} too`]: async () => {
      await quietly('npm', 'install', `axios@${OLDEST_AXIOS}`, ...NPM_FLAGS);
      await compile();
      return boot();
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
