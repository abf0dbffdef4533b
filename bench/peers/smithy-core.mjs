// The memoize of the AWS SDK, with the AWS SDK's own settings; it fetches nothing and has no HTTP client.
import {
  doesIdentityRequireRefresh,
  isIdentityExpired,
  memoizeIdentityProvider,
} from '@smithy/core';

import { axiosCaller, axiosFloor } from '../support/axios-client.mjs';
import { aheadBySeconds } from '../support/refresh-window.mjs';
import { postForToken } from '../support/token-post.mjs';

const providerFor = (server, credentials) =>
  memoizeIdentityProvider(
    async () => {
      const answer = await postForToken(server, credentials);
      return {
        token: answer.access_token,
        expiration: new Date(Date.now() + answer.expires_in * 1_000),
      };
    },
    isIdentityExpired,
    doesIdentityRequireRefresh,
  );

export default {
  name: '@smithy/core memoize',
  package: '@smithy/core',
  refreshes: aheadBySeconds(300),

  create(server, credentials) {
    const provider = providerFor(server, credentials);
    return {
      getToken: () => provider(),
      ...axiosCaller(server, async () => (await provider()).token),
    };
  },
  createLight: (server, credentials) => ({
    getToken: providerFor(server, credentials),
  }),
  createFloor: axiosFloor,
};
