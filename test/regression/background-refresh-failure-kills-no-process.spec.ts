import { expect, it } from 'vitest';

import { runProgram } from '../support/run-program.js';

it(
  'a token endpoint that stays down until the token has expired kills no process',
  { timeout: 30_000 },
  async () => {
    expect(await runProgram('outage-until-expiry.cjs')).toEqual({
      code: 0,
      stdout: '4 refreshes failed; token left: false',
      stderr: '',
    });
  },
);
