import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { run } from './command.mjs';
import { step } from './transcript.mjs';
import { ROOT } from './workplace.mjs';

const ROOT_FILES = [
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'package.json',
];

/** What the build makes of a source file, by its extension. */
const BUILT = {
  '.ts': ['.js', '.d.ts'],
  '.mts': ['.mjs', '.d.mts'],
  '.json': ['.json'],
};

/** Packs the built package into a folder. Returns the tarball and the files in it. */
export async function pack(destination) {
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--pack-destination', destination],
    ROOT,
  );
  // An array of npm 11, an object of npm 12.
  const [packed] = Object.values(JSON.parse(stdout));
  return {
    tarball: join(destination, packed.filename),
    size: packed.size,
    files: packed.files.map(({ path }) => path),
  };
}

/** Checks the tarball by itself, before anyone installs it. */
export async function checkPackage({ tarball, size, files }) {
  await step('holds lib/ compiled, the docs, and nothing else', async () => {
    const sources = await filesUnder(join(ROOT, 'lib'));
    const docs = (await readdir(join(ROOT, 'docs'))).map(
      (name) => `docs/${name}`,
    );
    const expected = [...ROOT_FILES, ...docs, ...sources.flatMap(built)];
    refuse(without(expected, files), 'not packed');
    refuse(without(files, expected), 'packed in vain');
    refuse(
      files.filter((file) => /\bspec\b|\.map$/.test(file)),
      'no business of users',
    );
    return `${files.length} files, ${Math.ceil(size / 1024)} KiB`;
  });

  await step('has peers, but no dependency of its own', async () => {
    const manifest = JSON.parse(await readFile(join(ROOT, 'package.json')));
    for (const field of ['dependencies', 'optionalDependencies'])
      assert.equal(manifest[field], undefined, field);
    return Object.entries(manifest.peerDependencies)
      .map(([name, range]) => `${name} ${range}`)
      .join('\n');
  });

  // An inferred declaration has it; TypeScript below 5.3 cannot read it.
  await step('declares nothing with a resolution-mode', () =>
    refuseText(files, 'resolution-mode'),
  );

  await step('points to no source map that is not there', () =>
    refuseText(files, 'sourceMappingURL'),
  );

  await step('publint --strict', async () => {
    await run(bin('publint'), ['run', tarball, '--strict'], ROOT);
  });

  await step(
    'attw: node10, node16 (CommonJS, ES modules), bundler',
    async () => {
      await run(bin('attw'), [tarball], ROOT);
    },
  );
}

function without(all, some) {
  return all.filter((one) => !some.includes(one));
}

function built(source) {
  const [, stem, extension] = /^(.*?)(\.(?:m?ts|json))$/.exec(source);
  return BUILT[extension].map((made) => `dist/${stem}${made}`);
}

async function filesUnder(folder) {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name).slice(folder.length + 1),
    );
}

async function refuseText(files, text) {
  const texts = await Promise.all(
    files.map((file) => readFile(join(ROOT, file), 'utf8')),
  );
  refuse(
    files.filter((_, index) => texts[index].includes(text)),
    `contains ${text}`,
  );
}

function refuse(files, reason) {
  if (files.length > 0)
    throw new Error(files.map((file) => `${file}: ${reason}`).join('\n'));
}

function bin(name) {
  return join(ROOT, 'node_modules', '.bin', name);
}
