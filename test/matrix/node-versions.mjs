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
  // The package "node" fetches this one by an install script, which npm 12 does not run.
  const { platform, arch } = process;
  const binaries = `node-${platform}-${arch}`;
  await run(
    'npm',
    ['install', '--prefix', folder, ...flags, `${binaries}@${version}`],
    folder,
  );
  return join(folder, 'node_modules', binaries, 'bin', 'node');
}
