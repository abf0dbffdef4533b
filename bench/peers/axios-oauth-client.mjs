// Its client credentials grant, cached and attached by axios-token-interceptor as that one's README shows.
import { clientCredentials } from 'axios-oauth-client';
import tokenProvider from 'axios-token-interceptor';

import { API_PATH, axiosFloor, createAxios } from '../support/axios-client.mjs';
import { atExpiry } from '../support/refresh-window.mjs';

const tokenRequests = createAxios();

const cacheFor = (server, { clientId, clientSecret }) =>
  tokenProvider.tokenCache(
    clientCredentials(
      tokenRequests.instance,
      server.tokenUrl,
      clientId,
      clientSecret,
    ),
    { getMaxAge: ({ expires_in: seconds }) => seconds * 1_000 },
  );

export default {
  name: 'axios-oauth-client + axios-token-interceptor',
  package: ['axios-oauth-client', 'axios-token-interceptor'],
  refreshes: atExpiry,

  create(server, credentials) {
    const cache = cacheFor(server, credentials);
    const { instance, close } = createAxios({ baseURL: server.origin });
    instance.interceptors.request.use(
      tokenProvider({
        getToken: cache,
        headerFormatter: ({ access_token: token }) => `Bearer ${token}`,
      }),
    );
    return {
      getToken: () => cache(),
      call: async () => (await instance.get(API_PATH)).status,
      close,
    };
  },
  createLight(server, credentials) {
    const cache = cacheFor(server, credentials);
    return { getToken: () => cache() };
  },
  createFloor: axiosFloor,
};
