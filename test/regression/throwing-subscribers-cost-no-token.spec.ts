import { expect, it } from 'vitest';

import { runProgram } from '../support/run-program.js';

it(
  'subscribers of the diagnostics channels that throw keep no caller from its token, and hide no failure',
  { timeout: 30_000 },
  async () => {
    const { code, stdout } = await runProgram('throwing-subscribers.cjs');

    expect({ code, ...JSON.parse(stdout) }).toEqual({
      code: 0,
      failed: 'ASPOSE_AUTH_TOKEN_ENDPOINT_UNREACHABLE',
      lifetimeMs: 86_400_000,
      // Their own affair, as Node has it.
      uncaught: ['start', 'end', 'error', 'asyncStart', 'asyncEnd', 'event'],
    });
  },
);
