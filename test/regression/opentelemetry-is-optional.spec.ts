import { execFileSync } from 'node:child_process';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { expect, it } from 'vitest';

import { temporaryFolder } from '../support/temporary-folder.js';

/** The built package where only some packages are installed; the program's output. */
async function runWith(
  packages: readonly string[],
  program: string,
): Promise<string> {
  const folder = await temporaryFolder();
  await cp('dist', join(folder, 'dist'), { recursive: true });
  for (const name of packages) {
    const path = join(folder, 'node_modules', name);
    await mkdir(join(path, '..'), { recursive: true });
    await symlink(resolve('node_modules', name), path);
  }
  return execFileSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--eval', program],
    { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'] } },
  );
}

const WITHOUT = ['@nestjs/common', '@nestjs/core', 'axios', 'rxjs'].concat(
  '@nestjs/axios',
  'reflect-metadata',
);

const PROGRAM = `
  require('reflect-metadata');
  const { AsposeAuthModule } = require('./dist/index.js');
  console.log(typeof AsposeAuthModule.forRoot);
  try {
    console.log(Object.keys(require('./dist/opentelemetry/index.js')).join());
  } catch (error) {
    console.log(error.message);
  }
`;

it('works without @opentelemetry/api, and its entrance says what is missing', async () => {
  const lines = (await runWith(WITHOUT, PROGRAM)).trim().split('\n');

  expect(lines).toEqual([
    'function',
    'nestjs-aspose-auth/opentelemetry needs the package @opentelemetry/api, 1.3 or later, which cannot be loaded: npm install @opentelemetry/api',
  ]);
});

it('has the entrance once @opentelemetry/api is installed', async () => {
  const output = await runWith([...WITHOUT, '@opentelemetry/api'], PROGRAM);

  expect(output.trim().split('\n')).toEqual([
    'function',
    'AsposeTelemetryModule',
  ]);
});
