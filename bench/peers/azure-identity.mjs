// A ClientSecretCredential (MSAL) whose token an axios interceptor attaches, as for an API that is not Azure's.
import { ClientSecretCredential } from '@azure/identity';

import { axiosCaller, axiosFloor } from '../support/axios-client.mjs';
import { azureHttpClient } from '../support/azure-http-client.mjs';
import { aheadBySeconds } from '../support/refresh-window.mjs';

const SCOPE = 'api/.default';

const credentialFor = (server, { clientId, clientSecret }) =>
  new ClientSecretCredential('bench', clientId, clientSecret, {
    authorityHost: server.origin.replace('http:', 'https:'),
    disableInstanceDiscovery: true,
    httpClient: azureHttpClient,
  });

export default {
  name: '@azure/identity',
  package: '@azure/identity',
  refreshes: aheadBySeconds(300),

  create(server, credentials) {
    const credential = credentialFor(server, credentials);
    return {
      getToken: () => credential.getToken(SCOPE),
      ...axiosCaller(
        server,
        async () => (await credential.getToken(SCOPE)).token,
      ),
    };
  },
  createLight(server, credentials) {
    const credential = credentialFor(server, credentials);
    return { getToken: () => credential.getToken(SCOPE) };
  },
  createFloor: axiosFloor,
};
