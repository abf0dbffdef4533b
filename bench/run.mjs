// Runs the peers through the scenarios, one after the other, and writes RESULTS.md. PEER and SCENARIO choose some;
// QUICK=1 repeats less. Both print what comes of it.
import { writeFileSync } from 'node:fs';

import { report } from './report.mjs';
import { describeMachine } from './support/machine.mjs';
import { runInProcess } from './support/peer-process.mjs';
import { plan } from './support/plan.mjs';

const { PEER, SCENARIO, QUICK } = process.env;
const OWN = 'aspose-auth';
const isPart = Boolean(PEER || SCENARIO);
const isQuick = QUICK === '1';
const { peers, scenarios } = plan({ PEER, SCENARIO });
const startedAt = Date.now();
const machine = describeMachine();
const results = [];
const titled = {};

for (const scenario of scenarios) {
  const { default: definition } = await import(`./scenarios/${scenario}.mjs`);
  titled[scenario] = definition;
  results.push(...(await runPeers(scenario, definition)));
}

const markdown = report({
  results,
  scenarios: titled,
  machine,
  isQuick,
  date: new Date().toISOString().slice(0, 10),
  minutes: Math.ceil((Date.now() - startedAt) / 60_000),
});
// Neither a part of the table nor a rough one must take the place of the whole.
if (isPart || isQuick) process.stdout.write(markdown);
else writeFileSync(new URL('RESULTS.md', import.meta.url), markdown);

// That a peer dies is a result; that this module does is a failure.
if (results.some(({ peer, died }) => peer === OWN && died !== undefined))
  process.exitCode = 1;

/** One after the other; where time is not what is measured, a few at once. */
async function runPeers(scenario, { execArgv, peersAtOnce = 1 }) {
  const waiting = peers.entries();
  const done = [];
  const work = async () => {
    for (const [index, peer] of waiting) {
      const since = Date.now();
      const result = await runInProcess(peer, scenario, execArgv);
      done[index] = { peer, scenario, ...result };
      const seconds = Math.round((Date.now() - since) / 1_000);
      process.stderr.write(
        `${scenario} ${peer} (${seconds} s): ${inShort(result)}\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: peersAtOnce }, work));
  return done;
}

function inShort({ cannot, died, figures }) {
  if (cannot !== undefined) return `n/a, ${cannot}`;
  return died ?? JSON.stringify(figures);
}
