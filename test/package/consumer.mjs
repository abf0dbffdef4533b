import assert from 'node:assert/strict';
import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { run } from './command.mjs';
import { CONSUMER_FILES } from './consumers.mjs';
import { lowestPeers } from './lowest-peers.mjs';
import { steps } from './transcript.mjs';
import { ROOT } from './workplace.mjs';

const NPM_FLAGS = ['--prefer-offline', '--no-audit', '--no-fund'];

const NAME = 'nestjs-aspose-auth';

/** How the docs have the SDK installed that the app uses. */
const INSTALL_SDK = 'npm i groupdocs-conversion-cloud';

const OLDEST_AXIOS = lowestPeers().axios;

/**
 * Makes a consumer and installs the tarball into it as the README says.
 *
 * @returns whether that worked.
 */
export async function installConsumer({
  folder,
  tarball,
  files,
  install,
  pins = {},
}) {
  await makeConsumer(files, folder, pins);
  const npm = (...args) => run('npm', [...args, ...NPM_FLAGS], folder);
  const installAsIn = async (page, command) => {
    const text = await readFile(join(ROOT, page), 'utf8');
    assert.ok(text.includes(`\`${command}\``), `${page} says otherwise`);
    const [, ...args] = command.split(' ');
    await npm(
      ...args.map((arg) => (arg === NAME ? tarball : pinned(arg, pins))),
    );
    // Fails on a peer that is missing or of a wrong version.
    await npm('ls', '--all');
  };
  return steps({
    'npm install, as a project that knows nothing of Aspose': async () => {
      await npm('install');
    },
    [install]: async () => {
      await installAsIn('README.md', install);
      return versionsIn(folder);
    },
    [INSTALL_SDK]: () => installAsIn('docs/clients.md', INSTALL_SDK),
  });
}

/**
 * Compiles a consumer, tests it and boots it, all of it on the given Node.
 *
 * @returns whether that worked.
 */
export async function checkConsumer({
  folder,
  tscFlags = [],
  node = process.execPath,
}) {
  const check = async (name, ...args) =>
    (await run(node, [`checks/${name}.mjs`, ...args], folder, { node })).stdout;

  return steps({
    tsc: () => tsc(folder, tscFlags, { node }),
    'npm test': async () => {
      const { printed } = await run('npm', ['test'], folder, { node });
      assert.doesNotMatch(printed, /open handle/);
      return /Tests:? .*/.exec(printed)[0];
    },
    'import and require lead to the same classes': () => check('both-ways'),
    'the compiled app boots with plain node, on Express': () =>
      check('boot', 'express'),
    'the compiled app boots with plain node, on Fastify': () =>
      check('boot', 'fastify'),
    'a gateway is attacked, on Express': () => check('gateway', 'express'),
    'a gateway is attacked, on Fastify': () => check('gateway', 'fastify'),
  });
}

/**
 * Compiles requests that use the field which the package adds to those of axios, with the axios that is installed and
 * with the oldest, and boots the consumer with the latter.
 */
export async function checkRequestField({ folder, oldestAxiosFlags = [] }) {
  const project = ['--project', 'tsconfig.types.json'];
  await steps({
    'tsc, the request field as CommonJS and as ES module': () =>
      tsc(folder, project),
    [`the same, and the compiled app, with axios ${OLDEST_AXIOS}`]:
      async () => {
        const install = ['install', `axios@${OLDEST_AXIOS}`, ...NPM_FLAGS];
        await run('npm', install, folder);
        await tsc(folder, [...project, ...oldestAxiosFlags]);
        const boot = ['checks/boot.mjs', 'express'];
        return (await run(process.execPath, boot, folder)).stdout;
      },
  });
}

async function tsc(folder, args, options) {
  const command = join(folder, 'node_modules', '.bin', 'tsc');
  await run(command, args, folder, options);
}

/** Lays the app that all consumers share into what one consumer has of its own. */
async function makeConsumer(files, folder, pins) {
  await cp(join(CONSUMER_FILES, 'app'), folder, { recursive: true });
  await cp(join(CONSUMER_FILES, files), folder, { recursive: true });
  await cp(join(ROOT, 'test', 'gateway'), join(folder, 'checks', 'gateway'), {
    recursive: true,
  });
  await mkdir(join(folder, 'types'));
  for (const extension of ['cts', 'mts'])
    await copyFile(
      join(folder, 'src', 'typed-requests.ts'),
      join(folder, 'types', `typed-requests.${extension}`),
    );
  await pinManifest(join(folder, 'package.json'), pins);
}

async function pinManifest(path, pins) {
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  for (const dependencies of [manifest.dependencies, manifest.devDependencies])
    for (const name of Object.keys(dependencies))
      dependencies[name] = pins[name] ?? dependencies[name];
  await writeFile(path, JSON.stringify(manifest, null, 2));
}

/** What to install, such as `axios` or `@nestjs/axios@3`, of the version that it is pinned to. */
function pinned(wanted, pins) {
  const [name] = /^@?[^@]+/.exec(wanted);
  return name in pins ? `${name}@${pins[name]}` : wanted;
}

async function versionsIn(folder) {
  const names = [
    '@nestjs/core',
    '@nestjs/axios',
    'axios',
    'reflect-metadata',
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
