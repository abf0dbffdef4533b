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

it('a script whose call waits for the connection of a token request gets its answer', async () => {
  const site = await startSite((_, response) => {
    setTimeout(() => {
      response.end('{"access_token":"a-token","expires_in":3600}');
    }, 500);
  });
  const { code, stdout, stderr } = await runProgram('finished-script.cjs', {
    TOKEN_ENDPOINT: `${site.url}/connect/token`,
    SHARES_CONNECTION: 'yes',
  });

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).not.toBe('');
  expect(site.requests.map(({ url }) => url)).toEqual([
    '/connect/token',
    '/v4.0/cells',
  ]);
});

it('a script that awaits a forwarded token gets it', async () => {
  const endpoint = await startSite((_, response) => {
    setTimeout(() => {
      response.end('{"access_token":"a-token","expires_in":3600}');
    }, 500);
  });
  const { code, stdout, stderr } = await runProgram('forwarding-script.cjs', {
    TOKEN_ENDPOINT: `${endpoint.url}/connect/token`,
  });

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe('200');
});

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

it(
  'a script that is done ends with the wait of its token request, where fetch makes that',
  { timeout: 30_000 },
  async () => {
    const endpoint = await startSite(() => {});
    const { code, stdout, stderr } = await runProgram('finished-script.cjs', {
      TOKEN_ENDPOINT: `${endpoint.url}/connect/token`,
      ADAPTER: 'fetch',
    });

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(Number(stdout)).toBeLessThan(6_000);
  },
);
