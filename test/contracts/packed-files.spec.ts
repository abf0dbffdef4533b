import { execFileSync } from 'node:child_process';

import { expect, it } from 'vitest';

// Where a difference is meant: npm run api:update.
it('packs the files that are written down', async () => {
  const listing = execFileSync('npm', ['pack', '--dry-run', '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // An array of npm 11, an object of npm 12.
  const [{ files }] = Object.values(JSON.parse(listing)) as [
    { files: { path: string }[] },
  ];

  await expect(
    `${files.map(({ path }) => path).join('\n')}\n`,
  ).toMatchFileSnapshot('../package/api-report/files.txt');
});
