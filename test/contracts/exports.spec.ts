import { createRequire } from 'node:module';
import { resolve } from 'node:path';

import { expect, it } from 'vitest';

import { entryPoints, packageManifest } from '../support/package-manifest.js';

const require = createRequire(resolve('package.json'));

// Where a difference is meant: npm run api:update, and a line in CHANGELOG.md.
it('exports the values that are written down, from each entry point', async () => {
  const lists = Object.keys(entryPoints()).map((entryPoint) => {
    const names = Object.keys(require(entryPoint) as object);
    return [entryPoint, ...names.toSorted()].join('\n  ');
  });

  await expect(`${lists.join('\n')}\n`).toMatchFileSnapshot(
    '../package/api-report/exports.txt',
  );
});

it('has the entry points that are written down, for every way to resolve them', async () => {
  const { exports, typesVersions } = packageManifest;

  await expect(
    `${JSON.stringify({ exports, typesVersions }, null, 2)}\n`,
  ).toMatchFileSnapshot('../package/api-report/entry-points.txt');
});
