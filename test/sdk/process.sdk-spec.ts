import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

it('A process that calls all eight SDKs through every failure ends by itself, and well', async () => {
  // Rejects unless the exit code is 0, which an unhandled rejection would make 1.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--unhandled-rejections=throw', join(__dirname, 'plain-node.cjs')],
    { timeout: 25_000 },
  );

  const all = (status: string) => Array.from({ length: 8 }, () => status);
  expect(JSON.parse(stdout)).toStrictEqual({
    cold: all('fulfilled'),
    revoked: all('fulfilled'),
    tokenRequests: 2,
    unauthorizedForGood: all('rejected'),
    endpointDown: all('rejected'),
    credentialsRefused: all('rejected'),
  });
});
