// Leaves out one part of the protocol of processes that share a store at a time, and names the test that fails.
//
// ONLY tries those whose name contains it.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

import { firstFailure } from './first-failure.mjs';
import { PROTOCOL_MUTATIONS } from './protocol.mjs';

const print = (line) => process.stdout.write(`${line}\n`);

if (execFileSync('git', ['status', '--porcelain', 'lib']).length > 0)
  throw new Error('Commit what you changed in lib/ first: it is edited here.');

const FLEET = ['test/unit/store', 'test/unit/credential', 'test/unit/testing'];
/** A test that only takes long must not pass for one that fails. */
const TEST_TIMEOUT_MS = 300_000;

const healthy = firstFailure(['test/unit/store'], TEST_TIMEOUT_MS);
if (healthy !== undefined) throw new Error(`Fails as it is: ${healthy}`);

const { ONLY = '' } = process.env;
let survivors = 0;
print('| without | test that fails |\n| - | - |');
for (const { name, specs = FLEET, edits } of PROTOCOL_MUTATIONS) {
  if (!name.includes(ONLY)) continue;
  const failed = failingTest(edits, specs);
  if (failed === undefined) survivors += 1;
  print(`| ${name} | ${failed ?? '**none: it survives**'} |`);
}
process.exitCode = survivors === 0 ? 0 : 1;

/** Its own specs first: they name what goes wrong. */
function failingTest(edits, specs) {
  const originals = new Map();
  try {
    for (const [path, before, after] of edits) {
      const text = readFileSync(path, 'utf8');
      if (!text.includes(before)) throw new Error(`${path} has no ${before}`);
      if (!originals.has(path)) originals.set(path, text);
      writeFileSync(
        path,
        text.replace(before, () => after),
      );
    }
    return (
      firstFailure(specs, TEST_TIMEOUT_MS) ??
      firstFailure(FLEET, TEST_TIMEOUT_MS)
    );
  } finally {
    for (const [path, text] of originals) writeFileSync(path, text);
  }
}
