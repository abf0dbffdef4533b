const write = (line) => process.stdout.write(`${line}\n`);

let failures = 0;

/** Whether every step so far succeeded. */
export const hasSucceeded = () => failures === 0;

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
