import { describe, expect, it } from 'vitest';

import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { startSite } from '../support/loopback-site.js';
import { rejectionOf } from '../support/rejection.js';

describe('a token endpoint that answers', () => {
  it.each([301, 302, 303, 307, 308])(
    '%i to another host does not get the secret posted there',
    async (status) => {
      const [cloud, elsewhere] = [await startCloud(), await startSite()];
      const { tokens } = await nestApp()
        .overCloud(cloud)
        .with({
          // Settings of the app may not bring redirects back.
          tokenAxios: { maxRedirects: 5 },
        })
        .start();
      const location = `${elsewhere.url}/connect/token`;
      cloud.failNext({ kind: 'redirect', status, location });
      expect(await rejectionOf(tokens.getToken())).toMatchObject({
        code: 'ASPOSE_AUTH_TOKEN_REQUEST_REDIRECTED',
        status,
      });
      expect(cloud.counters.tokenRequests).toBe(1);
      expect(elsewhere.requests).toEqual([]);
    },
  );
});
