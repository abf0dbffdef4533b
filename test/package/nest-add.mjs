import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';

import { run, runUntil } from './command.mjs';
import { step } from './transcript.mjs';

const NPM_FLAGS = ['--prefer-offline', '--no-audit', '--no-fund'];

/** What `nest new` brings to lint an app: it takes long to install and is not used here. */
const NOT_USED = /eslint|mau|oxlint|coverage|ts-(?:loader|node)/;

const EXAMPLE = `ASPOSE_CLIENT_ID=
ASPOSE_CLIENT_SECRET=
# ASPOSE_BASE_URL=http://127.0.0.1:4100
`;

const PACKAGES = [
  'nestjs-aspose-auth',
  '@nestjs/axios',
  '@nestjs/config',
  'axios',
];

const STARTED = 'Nest application successfully started';

const BOOT = `
import { NestFactory } from '@nestjs/core';
import { AsposeTokenService } from 'nestjs-aspose-auth';
import { AppModule } from './dist/app.module.js';

const app = await NestFactory.create(AppModule, { logger: ['error'], abortOnError: false });
app.get(AsposeTokenService);
`;

/** Other root modules, made of the one of a new project. */
const OTHER_ROOT_MODULES = {
  'imports missing': (text) => text.replace('  imports: [],\n', ''),
  'imports filled, with ConfigModule': (text) =>
    text
      .replace('imports: []', 'imports: [ConfigModule.forRoot()]')
      .replace(/^/, "import { ConfigModule } from '@nestjs/config';\n"),
};

/**
 * Has `nest add` put the package into a new project of a major version of Nest, and builds and boots what comes out.
 *
 * @param alsoWith - which other root module it is tried with.
 */
export async function checkNestAdd({ workplace, tarball, nest, alsoWith }) {
  const name = `nest-add-${nest}`;
  const folder = join(workplace, name);
  const inProject = (...names) => join(folder, ...names);
  const bin = (tool, ...args) =>
    run(inProject('node_modules', '.bin', tool), args, folder);
  const npm = (...args) => run('npm', [...args, ...NPM_FLAGS], folder);
  const nestAdd = (...flags) =>
    bin('nest', 'add', 'nestjs-aspose-auth', '-s', ...flags);

  const boot = () =>
    run(process.execPath, ['--input-type=module', '--eval', BOOT], folder);

  const isNew = await step(`nest new, @nestjs/cli@${nest}`, async () => {
    const flags = ['--skip-install', '--skip-git', '--package-manager', 'npm'];
    const cli = ['--yes', `@nestjs/cli@${nest}`, 'new', name, ...flags];
    await run('npx', cli, workplace);
    await withoutUnused(inProject('package.json'));
    await npm('install');
    await npm('install', tarball);
  });
  if (!isNew) return;

  const rootModule = inProject('src', 'app.module.ts');
  const original = await readFile(rootModule, 'utf8');
  const cloud = await runUntil(
    'listens on',
    inProject('node_modules', '.bin', 'nestjs-aspose-auth'),
    ['emulate', '--port', '0'],
    folder,
  );
  await writeFile(inProject('.env'), cloud.output.stdout);
  for (const [about, before] of [
    ['imports empty, as in a new project', original],
    [alsoWith, OTHER_ROOT_MODULES[alsoWith](original)],
  ])
    await step(`nest add, ${about}`, async () => {
      await writeFile(rootModule, before);
      await nestAdd();
      const after = await readFile(rootModule, 'utf8');
      assert.notEqual(after, before, 'the root module is as it was');

      const { printed } = await nestAdd();
      assert.match(printed, /Nothing to be done/, 'the second time');
      assert.equal(await readFile(rootModule, 'utf8'), after);
      assert.equal(await readFile(inProject('.env.example'), 'utf8'), EXAMPLE);
      assert.equal(await readFile(inProject('.gitignore'), 'utf8'), '.env\n');
      await bin('prettier', '--check', 'src', 'test', 'package.json');
      await npm('ls', ...PACKAGES);
      await npm('run', 'build');
      await boot();
      return after.match(/AsposeAuthModule\.\w+/)[0];
    });

  await writeFile(rootModule, original);
  await nestAdd();
  for (const script of ['start', 'start:dev', 'start:prod'])
    await step(`npm run ${script}, with the .env of emulate`, async () => {
      const before = cloud.output.printed;
      const app = await runUntil(STARTED, 'npm', ['run', script], folder, {
        PORT: '0',
      });
      await eventually(() =>
        cloud.output.printed
          .slice(before.length)
          .includes('POST /connect/token 200'),
      );
      await app.stop();
    });
  await cloud.stop();

  await step('npm test and npm run test:e2e, without a .env', async () => {
    await rm(inProject('.env'));
    await npm('test');
    await npm('run', 'test:e2e');
  });
  await writeFile(inProject('.env'), cloud.output.stdout);

  await step('nest add, in a root module that it does not know', async () => {
    const before = original.replace('@Module', '// All of it.\n@Module');
    await writeFile(rootModule, before);
    const printed = await nestAdd().then(
      (result) => result.printed,
      (error) => error.message,
    );
    assert.equal(await readFile(rootModule, 'utf8'), before);

    // Some versions of the CLI print in colour whatever the environment says.
    const [snippet] = stripVTControlCharacters(printed).match(
      /^import \{ ConfigModule[^]*?\n\}\)/m,
    );
    const pasted = before.replace(
      '@Module({\n  imports: [],',
      snippet.replace(/\n\}\)$/, '').replace('[{', '[AppService, {'),
    );
    assert.notEqual(pasted, before, 'the snippet cannot be pasted');
    await writeFile(
      rootModule,
      pasted.replace('  providers: [AppService],\n', ''),
    );
    await npm('run', 'build');
    await boot();
    const again = await nestAdd();
    assert.match(again.printed, /Nothing to be done/, 'once pasted');
  });

  await step('nest add, in an app of a monorepo', async () => {
    await bin('nest', 'generate', 'app', 'second');
    await nestAdd('--project', 'second');
    const second = inProject('apps', 'second');
    const text = await readFile(join(second, 'src/second.module.ts'), 'utf8');
    assert.match(text, /AsposeAuthModule\.forRoot/);
    await bin('prettier', '--check', second);
    await bin(
      'tsc',
      '--noEmit',
      '--project',
      join(second, 'tsconfig.app.json'),
    );
  });
}

async function eventually(isThere) {
  const limit = Date.now() + 20_000;
  while (!isThere()) {
    assert.ok(Date.now() < limit, 'the app has fetched no token');
    await delay(50);
  }
}

async function withoutUnused(path) {
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  const used = Object.entries(manifest.devDependencies).filter(
    ([name]) => !NOT_USED.test(name),
  );
  manifest.devDependencies = Object.fromEntries(used);
  await writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`);
}
