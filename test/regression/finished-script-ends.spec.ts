import { expect, it } from 'vitest';

import { startSite } from '../support/loopback-site.js';
import { runProgram } from '../support/run-program.js';

it(
  'a script that waits for its token gets it, though it comes late',
  { timeout: 30_000 },
  async () => {
    const endpoint = await startSite((_, response) => {
      setTimeout(() => {
        response.end('{"access_token":"a-token","expires_in":3600}');
      }, 1_000);
    });
    const { code, stdout, stderr } = await runProgram('finished-script.cjs', {
      TOKEN_ENDPOINT: `${endpoint.url}/connect/token`,
      NEEDS_TOKEN: 'yes',
    });

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toBe('');
  },
);

it.each([
  ['and leaves its app open', ''],
  ['and closes its app', 'yes'],
])(
  'a script that is done %s ends, though its token endpoint hangs',
  { timeout: 30_000 },
  async (_, closes) => {
    const endpoint = await startSite(() => {});
    const { code, stdout, stderr } = await runProgram('finished-script.cjs', {
      TOKEN_ENDPOINT: `${endpoint.url}/connect/token`,
      CLOSES: closes,
    });

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(Number(stdout)).toBeLessThan(1_500);
    expect(endpoint.requests).toHaveLength(1);
  },
);
