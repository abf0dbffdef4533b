import { createRequire } from 'node:module';
import { resolve } from 'node:path';

import { expect, it } from 'vitest';

const require = createRequire(resolve('package.json'));

// Where a difference is meant: npm run api:update, and a line in CHANGELOG.md.
it('exports the values that are written down, from each entry point', async () => {
  const lists = ['nestjs-aspose-auth', 'nestjs-aspose-auth/testing'].map(
    (entryPoint) => {
      const names = Object.keys(require(entryPoint) as object);
      return [entryPoint, ...names.toSorted()].join('\n  ');
    },
  );

  await expect(`${lists.join('\n')}\n`).toMatchFileSnapshot(
    '../package/api-report/exports.txt',
  );
});
