import { expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../lib/index.js';
import { nestApp } from '../support/nest-app.js';
import { startSite } from '../support/loopback-site.js';
import { rejectionOf } from '../support/rejection.js';

// Taken for a timeout it would be tried again at once, and the fifth earns the ban.
it.each([
  [400, AsposeAuthErrorCode.CREDENTIALS_REFUSED],
  [429, AsposeAuthErrorCode.THROTTLED],
])('a %i whose body never ends is heard, and holds', async (status, code) => {
  const endpoint = await startSite((_, response) => {
    response.writeHead(status).write('{"error":');
  });
  const { tokens } = await nestApp()
    .with({
      clientId: 'reports',
      clientSecret: 'canary',
      tokenEndpoint: endpoint.url,
      warmUp: 'off',
      timeouts: { attemptMs: 200, flightMs: 5_000 },
    })
    .start();

  expect(await rejectionOf(tokens.getToken())).toMatchObject({ code, status });
  await rejectionOf(tokens.getToken());

  expect(endpoint.requests).toHaveLength(1);
});
