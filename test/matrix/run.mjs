// Runs the suite, and the packed package in real apps, on one version of Node after another.
//
// Of the environment: NODES, CONSUMERS and SUITE (folders, or how the paths of specs begin), separated by commas, leave out all
// others; empty, they leave out all.
import assert from 'node:assert/strict';
import { join } from 'node:path';

import { run } from '../package/command.mjs';
import { checkConsumer, installConsumer } from '../package/consumer.mjs';
import { CONSUMERS, LOWEST_CONSUMER } from '../package/consumers.mjs';
import { pack } from '../package/packed-package.mjs';
import { heading, step } from '../package/transcript.mjs';
import { inWorkplace, ROOT } from '../package/workplace.mjs';
import { fetchNode, supportedNodes } from './node-versions.mjs';

const TIME_LIMIT_MINUTES = 90;

const SUITE_TIME_LIMIT_MS = 15 * 60_000;

const consumers = { ...CONSUMERS, 'lowest-peers': LOWEST_CONSUMER };

const versions = listed(process.env.NODES) ?? supportedNodes();
const names = listed(process.env.CONSUMERS) ?? Object.keys(consumers);
for (const name of names)
  assert.ok(name in consumers, `CONSUMERS: there is no ${name}`);

const folders = listed(process.env.SUITE) ?? ['test'];

await inWorkplace(TIME_LIMIT_MINUTES, async (workplace) => {
  const nodes = await fetchNodes();
  if (folders.length > 0) await runSuite(nodes);
  if (names.length > 0) await runConsumers(workplace, nodes);
});

function listed(value) {
  return value?.split(',').filter((one) => one !== '');
}

/** Returns the executables that came, by what each says its version is. */
async function fetchNodes() {
  heading('Node');
  const nodes = {};
  for (const version of versions)
    await step(`Node ${version} comes from npm`, async () => {
      const node = await fetchNode(version);
      const { stdout } = await run(node, ['--version'], ROOT);
      nodes[stdout.trim()] = node;
      return stdout;
    });
  return nodes;
}

async function runSuite(nodes) {
  heading('The suite');
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  for (const [version, node] of Object.entries(nodes))
    await step(`vitest on ${version}`, async () => {
      const flags = ['--reporter=dot', '--maxWorkers=100%'];
      const args = [vitest, 'run', ...flags, ...folders];
      const options = { node, timeLimitMs: SUITE_TIME_LIMIT_MS };
      const { stdout } = await run(node, args, ROOT, options);
      return /Tests .*/.exec(stdout)[0];
    });
}

async function runConsumers(workplace, nodes) {
  const { tarball } = await pack(workplace);
  for (const name of names) {
    const { about } = consumers[name];
    const consumer = { ...consumers[name], folder: join(workplace, name) };
    heading(about);
    if (await installConsumer({ ...consumer, tarball }))
      for (const [version, node] of Object.entries(nodes)) {
        heading(`${about}: on ${version}`);
        await checkConsumer({ ...consumer, node });
      }
  }
}
