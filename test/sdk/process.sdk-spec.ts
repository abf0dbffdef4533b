import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

it('A process that calls all four SDKs through every failure ends by itself, and well', async () => {
  // Rejects unless the exit code is 0, which an unhandled rejection would make 1.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--unhandled-rejections=throw', join(__dirname, 'plain-node.cjs')],
    { timeout: 25_000 },
  );

  const allFour = (status: string) => [status, status, status, status];
  expect(JSON.parse(stdout)).toStrictEqual({
    cold: allFour('fulfilled'),
    revoked: allFour('fulfilled'),
    tokenRequests: 2,
    unauthorizedForGood: allFour('rejected'),
    endpointDown: allFour('rejected'),
    credentialsRefused: allFour('rejected'),
  });
});
