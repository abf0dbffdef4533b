// An OAuth2Fetch that asks for new tokens by the client credentials grant, as its README shows.
import { OAuth2Client, OAuth2Fetch } from '@badgateway/oauth2-client';

import { API_PATH } from '../support/axios-client.mjs';
import { fetchFloor } from '../support/fetch-client.mjs';
import { atExpiry } from '../support/refresh-window.mjs';

function fetcherFor(server, credentials) {
  const client = new OAuth2Client({
    ...credentials,
    server: server.origin,
    tokenEndpoint: '/connect/token',
    authenticationMethod: 'client_secret_post',
  });
  return new OAuth2Fetch({
    client,
    getNewToken: () => client.clientCredentials(),
  });
}

export default {
  name: '@badgateway/oauth2-client',
  package: '@badgateway/oauth2-client',
  refreshes: atExpiry,

  create(server, credentials) {
    const fetcher = fetcherFor(server, credentials);
    const url = server.origin + API_PATH;
    return {
      getToken: () => fetcher.getToken(),
      async call() {
        const response = await fetcher.fetch(url);
        await response.text();
        return response.status;
      },
      close() {},
    };
  },
  createLight: fetcherFor,
  createFloor: fetchFloor,
};
