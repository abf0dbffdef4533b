// How many files of its own each entrance loads, and how long that takes in a process that has loaded nothing of it yet.
//
// With BEFORE=<folder of another version, built> both versions take turns, pair by pair.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { median } from './support/statistics.mjs';

const print = (line) => process.stdout.write(`${line}\n`);

const PAIRS = Number(process.env.PAIRS ?? 25);
const VERSIONS = [
  { name: 'this version', folder: resolve(import.meta.dirname, '..') },
  ...(process.env.BEFORE
    ? [{ name: 'before', folder: resolve(process.env.BEFORE) }]
    : []),
];
const ENTRANCES = ['index', 'endpoint/index', 'sdk/index', 'testing/index'];

// What an app has loaded already is not counted.
const PROGRAM = `
  const [folder, entrance] = process.argv.slice(1);
  const { createRequire } = require('node:module');
  const load = createRequire(folder + '/package.json');
  for (const peer of ['reflect-metadata', '@nestjs/common', '@nestjs/core', '@nestjs/axios', 'axios', 'rxjs']) load(peer);
  const known = Object.keys(require.cache).length;
  const startedAt = performance.now();
  load('./dist/' + entrance + '.js');
  const ms = performance.now() - startedAt;
  const own = Object.keys(require.cache).filter((path) => path.startsWith(folder + '/dist/'));
  console.log(JSON.stringify({ ms, files: own.length, rooms: [...new Set(own.map((path) => path.slice(folder.length + 6).split('/')[0]))] }));
`;

for (const entrance of ENTRANCES) {
  const runs = new Map(VERSIONS.map(({ name }) => [name, []]));
  for (let pair = 0; pair < PAIRS; pair += 1)
    for (const { name, folder } of VERSIONS)
      if (existsSync(`${folder}/dist/${entrance}.js`)) {
        const line = execFileSync(
          process.execPath,
          ['-e', PROGRAM, folder, entrance],
          {
            cwd: folder,
            encoding: 'utf8',
            stdio: ['ignore', 'pipe', 'ignore'],
          },
        );
        runs.get(name).push(JSON.parse(line));
      } else runs.delete(name);
  for (const [name, all] of runs) {
    const [{ files, rooms }] = all;
    const ms = median(all.map((run) => run.ms)).toFixed(1);
    print(`${entrance}, ${name}: ${files} files, ${ms} ms`);
    print(`  ${rooms.join(' ')}`);
  }
}
