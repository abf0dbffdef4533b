// Breaks the code on purpose, one mutation at a time, and names the test that fails.
//
// SEED draws other mutations, COUNT another number of them, ROOMS other folders of lib/.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

import { firstFailure } from './first-failure.mjs';
import { mutationsOf } from './mutations.mjs';

const print = (line) => process.stdout.write(`${line}\n`);

const {
  SEED = '1',
  COUNT = '40',
  ROOMS = 'refreshing,credential,client-credentials,http',
} = process.env;

if (execFileSync('git', ['status', '--porcelain', 'lib']).length > 0)
  throw new Error('Commit what you changed in lib/ first: it is edited here.');

const drawn = draw(
  ROOMS.split(',').map((room) =>
    readdirSync(`lib/${room}`, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `lib/${room}/${name}`)
      .toSorted()
      .flatMap((path) => mutationsOf(path, readFileSync(path, 'utf8'))),
  ),
  Number(COUNT),
  randomBy(Number(SEED)),
);

print(`| mutation | ${drawn.length} | test that fails |\n| - | - | - |`);
let survivors = 0;
for (const mutation of drawn) {
  const failed = failingTest(mutation);
  if (failed === undefined) survivors += 1;
  const { path, line, kind, before, after } = mutation;
  const what = `${before} → ${after}`.replaceAll(/\s+/g, ' ');
  print(
    `| ${path}:${line} | ${kind}: \`${what.replaceAll('|', '\\|')}\` | ${failed ?? '**none: it survives**'} |`,
  );
}
process.exitCode = survivors === 0 ? 0 : 1;

/** Draws as many from each room as from any other. */
function draw(rooms, count, random) {
  const mutations = [];
  while (mutations.length < count && rooms.some((room) => room.length > 0))
    for (const room of rooms) {
      if (mutations.length === count || room.length === 0) continue;
      mutations.push(...room.splice(Math.floor(random() * room.length), 1));
    }
  return mutations;
}

/** Looks first where the room's own tests are. */
function failingTest({ path, start, end, after }) {
  const original = readFileSync(path, 'utf8');
  const [, room] = path.split('/');
  writeFileSync(path, original.slice(0, start) + after + original.slice(end));
  try {
    return (
      firstFailure([`test/unit/${room}`]) ??
      firstFailure(['test/unit', 'test/e2e', 'test/regression'])
    );
  } finally {
    writeFileSync(path, original);
  }
}

/** mulberry32: small, and the same everywhere. */
function randomBy(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
