// A ClientSecretCredential (MSAL) and the package's own provider of bearer tokens, which caches what the credential
// gives. An axios interceptor attaches them, as for an API that is not Azure's.
import {
  ClientSecretCredential,
  getBearerTokenProvider,
} from '@azure/identity';

import { axiosCaller, axiosFloor } from '../support/axios-client.mjs';
import { azureHttpClient } from '../support/azure-http-client.mjs';
import { aheadBySeconds } from '../support/refresh-window.mjs';

const SCOPE = 'api/.default';

const providerFor = (server, { clientId, clientSecret }) =>
  getBearerTokenProvider(
    new ClientSecretCredential('bench', clientId, clientSecret, {
      authorityHost: server.origin.replace('http:', 'https:'),
      disableInstanceDiscovery: true,
      httpClient: azureHttpClient,
    }),
    SCOPE,
  );

export default {
  name: '@azure/identity',
  package: '@azure/identity',
  refreshes: aheadBySeconds(120),

  create(server, credentials) {
    const getToken = providerFor(server, credentials);
    return { getToken, ...axiosCaller(server, getToken) };
  },
  createLight: (server, credentials) => ({
    getToken: providerFor(server, credentials),
  }),
  createFloor: axiosFloor,
};
