import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { run } from './command.mjs';
import { step } from './transcript.mjs';

const NPM_FLAGS = ['--prefer-offline', '--no-audit', '--no-fund'];

/** What `nest new` brings to lint and test an app: it takes long to install and is not used here. */
const NOT_USED = /eslint|jest|mau|oxlint|coverage|supertest|ts-(?:loader|node)/;

const CREDENTIALS = 'ASPOSE_CLIENT_ID=id\nASPOSE_CLIENT_SECRET=secret\n';

const BOOT = `
import { NestFactory } from '@nestjs/core';
import { AsposeTokenService } from 'nestjs-aspose-auth';
import { AppModule } from './dist/app.module.js';

const app = await NestFactory.create(AppModule, { logger: ['error'], abortOnError: false });
app.get(AsposeTokenService);
`;

/** What a root module may look like, made of the one of a new project. */
const ROOT_MODULES = {
  'imports empty, as in a new project': (text) => text,
  'imports missing': (text) => text.replace('  imports: [],\n', ''),
  'imports filled, with ConfigModule': (text) =>
    text
      .replace('imports: []', 'imports: [ConfigModule.forRoot()]')
      .replace(/^/, "import { ConfigModule } from '@nestjs/config';\n"),
};

/** Has `nest add` put the package into a new project of a major version of Nest, and builds and boots what comes out. */
export async function checkNestAdd({ workplace, tarball, nest, config }) {
  const name = `nest-add-${nest}`;
  const folder = join(workplace, name);
  const inProject = (...names) => join(folder, ...names);
  const bin = (tool, ...args) =>
    run(inProject('node_modules', '.bin', tool), args, folder);
  const npm = (...args) => run('npm', [...args, ...NPM_FLAGS], folder);
  const nestAdd = (...flags) =>
    bin('nest', 'add', 'nestjs-aspose-auth', '-s', ...flags);

  const boot = () =>
    run(
      process.execPath,
      ['--env-file=.env', '--input-type=module', '--eval', BOOT],
      folder,
    );

  const isNew = await step(`nest new, @nestjs/cli@${nest}`, async () => {
    const flags = ['--skip-install', '--skip-git', '--package-manager', 'npm'];
    const cli = ['--yes', `@nestjs/cli@${nest}`, 'new', name, ...flags];
    await run('npx', cli, workplace);
    await withoutUnused(inProject('package.json'));
    await npm('install');
    await npm('install', tarball, `@nestjs/config@${config}`);
  });
  if (!isNew) return;

  const rootModule = inProject('src', 'app.module.ts');
  const original = await readFile(rootModule, 'utf8');
  await writeFile(inProject('.env'), CREDENTIALS);
  for (const [about, changed] of Object.entries(ROOT_MODULES))
    await step(`nest add, ${about}`, async () => {
      const before = changed(original);
      await writeFile(rootModule, before);
      await nestAdd();
      const after = await readFile(rootModule, 'utf8');
      assert.notEqual(after, before, 'the root module is as it was');

      const { printed } = await nestAdd();
      assert.match(printed, /Nothing to be done/, 'the second time');
      assert.equal(await readFile(rootModule, 'utf8'), after);
      assert.equal(
        await readFile(inProject('.env.example'), 'utf8'),
        CREDENTIALS.replaceAll(/=.*/g, '='),
      );
      await bin('prettier', '--check', 'src', 'package.json');
      await npm('ls', 'nestjs-aspose-auth', '@nestjs/axios', 'axios');
      await npm('run', 'build');
      await boot();
      return after.match(/AsposeAuthModule\.\w+/)[0];
    });

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
      /^import \{ AsposeAuthModule \}[^]*?\n\}\)/m,
    );
    const pasted = before.replace(
      '@Module({\n  imports: [],',
      snippet.replace(/\n\}\)$/, ''),
    );
    assert.notEqual(pasted, before, 'the snippet cannot be pasted');
    await writeFile(rootModule, pasted);
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

async function withoutUnused(path) {
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  const used = Object.entries(manifest.devDependencies).filter(
    ([name]) => !NOT_USED.test(name),
  );
  manifest.devDependencies = Object.fromEntries(used);
  await writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`);
}
