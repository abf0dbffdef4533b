// Runs specs and names the first test that fails.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const REPORT = join(tmpdir(), `mutation-${process.pid}.json`);
process.once('exit', () => rmSync(REPORT, { force: true }));

/**
 * Tells which test fails; undefined if none does.
 *
 * @param {readonly string[]} folders - where the tests are.
 */
export function firstFailure(folders, testTimeoutMs = 10_000) {
  rmSync(REPORT, { force: true });
  const { status } = spawnSync(
    'npx',
    [
      ...['vitest', 'run', '--bail=1', '--reporter=json'],
      ...[
        `--outputFile=${REPORT}`,
        `--testTimeout=${testTimeoutMs}`,
        ...folders,
      ],
    ],
    { stdio: 'ignore', timeout: 600_000 },
  );
  if (status === 0) return undefined;
  const { testResults } = JSON.parse(readFileSync(REPORT, 'utf8'));
  for (const { name, status: outcome, assertionResults } of testResults) {
    const file = name.replace(`${process.cwd()}/test/`, '');
    const failed = assertionResults.find((test) => test.status === 'failed');
    if (failed) return `${file}: ${failed.fullName}`;
    if (outcome === 'failed') return file;
  }
  return 'the run as a whole';
}
