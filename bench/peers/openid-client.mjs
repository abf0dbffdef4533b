// It makes the exchange and the API call but caches nothing: the hand-written memo stands between the two.
import {
  allowInsecureRequests,
  clientCredentialsGrant,
  ClientSecretPost,
  Configuration,
  fetchProtectedResource,
} from 'openid-client';

import { API_PATH } from '../support/axios-client.mjs';
import { HandWrittenMemo } from '../support/hand-written-memo.mjs';
import { aheadBySeconds } from '../support/refresh-window.mjs';

function configurationFor(server, { clientId, clientSecret }) {
  const configuration = new Configuration(
    { issuer: server.origin, token_endpoint: server.tokenUrl },
    clientId,
    undefined,
    ClientSecretPost(clientSecret),
  );
  allowInsecureRequests(configuration);
  return configuration;
}

const OF_THE_MEMO =
  'It caches no token: this is the memo in front of it, the hand-written one.';

const memoFor = (configuration) =>
  new HandWrittenMemo(() => clientCredentialsGrant(configuration));

async function statusOf(configuration, token, url) {
  const response = await fetchProtectedResource(
    configuration,
    token,
    url,
    'GET',
  );
  await response.text();
  return response.status;
}

export default {
  name: 'openid-client',
  package: 'openid-client',
  refreshes: aheadBySeconds(60),

  create(server, credentials) {
    const configuration = configurationFor(server, credentials);
    const memo = memoFor(configuration);
    const url = new URL(API_PATH, server.origin);
    return {
      getToken: () => memo.getToken(),
      call: async () => statusOf(configuration, await memo.getToken(), url),
      close() {},
    };
  },
  createLight: (server, credentials) =>
    memoFor(configurationFor(server, credentials)),
  createFloor(server) {
    const configuration = configurationFor(server, server.newCredentials());
    const url = new URL(API_PATH, server.origin);
    return {
      call: () => statusOf(configuration, server.staticToken, url),
      close() {},
    };
  },
  notes: {
    hot: OF_THE_MEMO,
    cold: OF_THE_MEMO,
    expiry: OF_THE_MEMO,
    outage: OF_THE_MEMO,
    refused: OF_THE_MEMO,
  },
};
