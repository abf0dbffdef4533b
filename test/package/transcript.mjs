import { AsyncLocalStorage } from 'node:async_hooks';

const print = (line) => process.stdout.write(`${line}\n`);

/** What is printed later. */
const kept = new AsyncLocalStorage();

const write = (line) => {
  const lines = kept.getStore();
  if (lines === undefined) print(line);
  else lines.push(line);
};

let failures = 0;

/** Whether every step so far succeeded. */
export const hasSucceeded = () => failures === 0;

/** Takes steps beside others: what they print comes in one piece, once all of them are taken. */
export async function beside(takeSteps) {
  const lines = [];
  const flush = () => lines.splice(0).forEach(print);
  process.once('exit', flush);
  await kept.run(lines, takeSteps);
  flush();
}

/** Announces what the next steps are about. */
export function heading(text) {
  write(`\n${text}`);
}

/**
 * Takes a step and prints how it went: its name, its time and what it returned, or why it failed.
 *
 * @returns whether it succeeded.
 */
export async function step(name, action) {
  const start = performance.now();
  const [verdict, details] = await Promise.resolve()
    .then(action)
    .then(
      (result) => ['ok  ', result],
      (error) => ['FAIL', error.message],
    );
  if (verdict === 'FAIL') failures += 1;
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  write(`  ${verdict} ${name} (${seconds} s)`);
  if (details) write(details.trim().replaceAll(/^/gm, '       '));
  return verdict !== 'FAIL';
}

/**
 * Takes named steps in turn, up to the first that fails.
 *
 * @returns whether all succeeded.
 */
export async function steps(actions) {
  for (const [name, action] of Object.entries(actions))
    if (!(await step(name, action))) return false;
  return true;
}
