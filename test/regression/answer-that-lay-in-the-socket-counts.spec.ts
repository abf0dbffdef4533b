import { expect, it } from 'vitest';

import { runProgram } from '../support/run-program.js';

const ONE_EACH = ['/vault', '/connect/token'];

it.concurrent.each(['computes', 'stops'])(
  'a process that %s hears what arrives meanwhile, though it should have come sooner',
  { timeout: 60_000 },
  async (how) => {
    const { code, stdout, stderr } = await runProgram('frozen-app.cjs', {
      HOW: how,
    });

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      'the token request': { events: ['fetched'], asked: ONE_EACH },
      'the flight': { events: ['fetched'], asked: ONE_EACH },
      'the first credentials': { events: ['fetched'], asked: ONE_EACH },
      'other credentials': {
        events: ['fetched', 'reset', 'unauthorized', 'renewal-held', 'fetched'],
        asked: [...ONE_EACH, ...ONE_EACH],
      },
      'the forwarder': { status: 200, asked: ['/connect/token'] },
    });
  },
);
