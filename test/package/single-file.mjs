import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { build } from 'esbuild';

import { run } from './command.mjs';
import { steps } from './transcript.mjs';

/** What Nest and its platforms load only if it is installed: whoever bundles Nest leaves these out. */
const OPTIONAL = [
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/websockets',
  'class-transformer',
  'class-validator',
];

/** How a bundle is made as an ES module: what is CommonJS in it still requires what Node brings. */
const AS_ES_MODULE = {
  format: 'esm',
  banner: {
    js: "import * as node_module from 'node:module'; const require = node_module.createRequire(import.meta.url);",
  },
};

const RESOLVING = Symbol('resolving');

/** Gives the app the copy of axios that @nestjs/axios does not use: CommonJS and ES modules have one each. */
const OTHER_COPY = {
  name: 'other-copy-of-axios',
  setup({ onResolve, resolve }) {
    onResolve(
      { filter: /^axios$/ },
      ({ importer, kind, resolveDir, pluginData }) =>
        pluginData === RESOLVING || importer.includes('node_modules')
          ? undefined
          : resolve('axios', {
              resolveDir,
              pluginData: RESOLVING,
              kind:
                kind === 'require-call' ? 'import-statement' : 'require-call',
            }),
    );
  },
};

/** Bundles the compiled app of a consumer into one file, and boots that where nothing is installed. */
export async function checkSingleFile({ folder }) {
  const alone = await mkdtemp(join(tmpdir(), 'single-file-'));
  const check = async (name, options) => {
    const outfile = join(alone, name);
    await build({
      absWorkingDir: folder,
      entryPoints: ['dist/main.js'],
      bundle: true,
      platform: 'node',
      external: OPTIONAL,
      logLevel: 'error',
      outfile,
      ...options,
    });
    assertNothingInstalled(alone);
    const args = ['checks/boot.mjs', 'express', outfile];
    return (await run(process.execPath, args, folder)).stdout;
  };
  await steps({
    'bundled by esbuild into a single CommonJS file': () =>
      check('main.cjs', {}),
    'the same, minified, with two copies of axios': () =>
      check('minified.cjs', { minify: true, plugins: [OTHER_COPY] }),
    'the same, as an ES module with two copies of axios': () =>
      check('main.mjs', { ...AS_ES_MODULE, plugins: [OTHER_COPY] }),
  });
  await rm(alone, { recursive: true });
}

function assertNothingInstalled(folder) {
  assert.ok(!existsSync(join(folder, 'node_modules')), `installed: ${folder}`);
  if (dirname(folder) !== folder) assertNothingInstalled(dirname(folder));
}
