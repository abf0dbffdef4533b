import { expect, it } from 'vitest';

import { runProgram } from '../support/run-program.js';

it(
  'calls that get a 401 when no other token is available settle with it, and the process lives on',
  { timeout: 30_000 },
  async () => {
    const { code, stdout, stderr } = await runProgram('unauthorized-calls.cjs');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      statuses: Array.from({ length: 10 }, () => 401),
      grants: ['client_credentials', 'client_credentials'],
    });
  },
);
