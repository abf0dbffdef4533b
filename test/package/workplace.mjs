import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { hasSucceeded, heading } from './transcript.mjs';

/** The root of this repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Takes steps in a folder outside of this repository, and ends with a verdict on them.
 *
 * The folder is left to be looked at when a step fails.
 */
export async function inWorkplace(timeLimitMinutes, takeSteps) {
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => process.exit(1));
  setTimeout(() => {
    heading(`FAILED: over ${timeLimitMinutes} minutes.`);
    process.exit(1);
  }, timeLimitMinutes * 60_000).unref();

  const start = performance.now();
  const workplace = await mkdtemp(join(tmpdir(), 'nestjs-aspose-auth-'));
  await takeSteps(workplace);

  const seconds = Math.round((performance.now() - start) / 1_000);
  if (hasSucceeded()) {
    await rm(workplace, { recursive: true });
    heading(`All of it works (${seconds} s).`);
  } else {
    heading(`FAILED (${seconds} s). Left to be looked at: ${workplace}`);
    process.exitCode = 1;
  }
}
