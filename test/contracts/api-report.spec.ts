import { resolve } from 'node:path';

import { expect, it } from 'vitest';

import { apiReport } from '../support/api-report.js';

const DIST = resolve('dist');

// Where a difference is meant: npm run api:update, and a line in CHANGELOG.md.
it('hands out the types that are written down', async () => {
  const report = await apiReport(DIST, {
    'nestjs-aspose-auth': `${DIST}/index.d.ts`,
    'nestjs-aspose-auth/testing': `${DIST}/testing/index.d.ts`,
  });

  await expect(report).toMatchFileSnapshot(
    '../package/api-report/nestjs-aspose-auth.api.md',
  );
}, 120_000);
