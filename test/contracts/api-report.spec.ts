import { resolve } from 'node:path';

import { expect, it } from 'vitest';

import { apiReport } from '../support/api-report.js';
import { entryPoints } from '../support/package-manifest.js';

const DIST = resolve('dist');

// Where a difference is meant: npm run api:update, and a line in CHANGELOG.md.
it('hands out the types that are written down', async () => {
  const declarations = Object.entries(entryPoints()).map(([name, types]) => [
    name,
    resolve(types),
  ]);
  const report = await apiReport(DIST, Object.fromEntries(declarations));

  await expect(report).toMatchFileSnapshot(
    '../package/api-report/nestjs-aspose-auth.api.md',
  );
}, 120_000);
