import { expect, it } from 'vitest';

import { runProgram } from '../support/run-program.js';

it(
  'an app logger that throws ends no process, is told, and keeps no caller from its token',
  { timeout: 30_000 },
  async () => {
    const { code, stdout, stderr } = await runProgram('throwing-logger.cjs');

    expect({ code, ...JSON.parse(stdout) }).toEqual({
      code: 0,
      warnings: ['AsposeAuthWarning'],
      // Its own affair, as RxJS has it.
      uncaught: ['of the subscriber'],
    });
    expect(stderr).toContain('disk full');
  },
);
