import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { run } from '../package/command.mjs';
import { ROOT } from '../package/workplace.mjs';

const NEWEST = '26';

/** The lowest version that `package.json` admits of each line of Node, and the newest line. */
export function supportedNodes() {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const lowest = manifest.engines.node.split(' || ').map((range) => {
    const [, version] = /^(?:\^|>=)(\d+\.\d+\.\d+)$/.exec(range) ?? [];
    assert.ok(version, `Node ${range}: where does it begin?`);
    return version;
  });
  return [...lowest, NEWEST];
}

/** Fetches a version of Node, or the newest of a line, from npm. Returns the path of its executable. */
export async function fetchNode(version) {
  const folder = join(ROOT, '.node', version);
  await mkdir(folder, { recursive: true });
  const flags = ['--no-save', '--no-audit', '--no-fund'];
  await run(
    'npm',
    ['install', '--prefix', folder, ...flags, `node@${version}`],
    folder,
  );
  return join(folder, 'node_modules', 'node', 'bin', 'node');
}
