import { expect, it } from 'vitest';

import { runProgram } from '../support/run-program.js';

it('an app that is closed leaves nothing that jest would report as open', async () => {
  const { code, stdout, stderr } = await runProgram('open-handles.cjs');

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual([]);
});
