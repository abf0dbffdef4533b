// A day of a fleet by a clock that is turned: prints what came of it. Exits with 1 where a promise is broken.
//
// PROCESSES says how many there are, SEED draws another day, PICTURE names a file to draw the day into.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { drawDay } from './support/fleet-picture.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { build } = createRequire(join(root, 'package.json'))('esbuild');

const PROCESSES = Number(process.env.PROCESSES ?? 1_000);
const SEED = Number(process.env.SEED ?? 1);
/** The requests of a quiet hour: a token lives for one, and is renewed after 70 % of it at the earliest. */
const MAX_REQUESTS_AN_HOUR = 1 / 0.7;

const startedAt = Date.now();
const day = await play();
process.stdout.write(`${table(day)}\n`);
if (process.env.PICTURE) writeFileSync(process.env.PICTURE, drawDay(day));
const broken = brokenPromises(day);
for (const promise of broken) process.stdout.write(`BROKEN: ${promise}\n`);
process.exitCode = broken.length === 0 ? 0 : 1;

/** The tests' own fleet, over the engine as it is in lib/. */
async function play() {
  const folder = mkdtempSync(join(root, 'node_modules', '.fleet-'));
  try {
    const outfile = join(folder, 'fleet-day.mjs');
    await build({
      entryPoints: [join(root, 'test/support/fleet-day.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
    });
    const { playFleetDay } = await import(pathToFileURL(outfile).href);
    return await playFleetDay(PROCESSES, randomBy(SEED));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function table({ processes, started, stretches, requests, ...rest }) {
  const count = (n) => n.toLocaleString('en');
  const time = (hours) => {
    const minutes = Math.round(hours * 60);
    return [Math.floor(minutes / 60), minutes % 60]
      .map((part) => String(part).padStart(2, '0'))
      .join(':');
  };
  const rows = stretches.map((stretch) => [
    `${time(stretch.from)}–${time(stretch.to)}`,
    stretch.name || 'nothing',
    count(stretch.calls),
    count(stretch.failed),
    count(stretch.requests),
    count(stretch.refusals),
    (stretch.longestMs / 1_000).toFixed(1),
  ]);
  return [
    `${count(processes)} processes × 24 h, SEED=${SEED}, played in ${Math.round((Date.now() - startedAt) / 1_000)} s: ${count(started)} were started, ${count(requests.length)} token requests, at most ${rest.mostRefusals} refusals in any 10 minutes, ${rest.bans} bans, ${rest.ended} calls with a token that had ended.`,
    '',
    '| from – to | what goes wrong | calls | failed | token requests | refused | longest wait (s) |',
    '| - | - | - | - | - | - | - |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

function brokenPromises({ stretches, mostRefusals, bans, ended }) {
  const broken = [];
  if (bans > 0) broken.push(`${bans} bans`);
  if (mostRefusals > 4) broken.push(`${mostRefusals} refusals in ten minutes`);
  if (ended > 0) broken.push(`${ended} calls with a token that had ended`);
  for (const { name, from, to, failed, requests } of stretches) {
    const isAfterRefusals = from === 18;
    if (failed > 0 && name !== 'the secret is wrong' && !isAfterRefusals)
      broken.push(`${failed} calls failed from ${from} h on`);
    if (
      name === '' &&
      requests > Math.ceil((to - from) * MAX_REQUESTS_AN_HOUR) + 1
    )
      broken.push(`${requests} token requests from ${from} to ${to} h`);
  }
  return broken;
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
