// An OAuth2Client with a refreshHandler: its way to tokens that come from elsewhere.
import { OAuth2Client } from 'google-auth-library';

import { API_PATH } from '../support/axios-client.mjs';
import { aheadBySeconds } from '../support/refresh-window.mjs';
import { postForToken } from '../support/token-post.mjs';

function clientFor(server, credentials) {
  const client = new OAuth2Client({ forceRefreshOnFailure: true });
  client.refreshHandler = async () => {
    const answer = await postForToken(server, credentials);
    return {
      access_token: answer.access_token,
      expiry_date: Date.now() + answer.expires_in * 1_000,
    };
  };
  return client;
}

export default {
  name: 'google-auth-library',
  package: 'google-auth-library',
  refreshes: aheadBySeconds(300),

  create(server, credentials) {
    const client = clientFor(server, credentials);
    const url = server.origin + API_PATH;
    return {
      getToken: () => client.getAccessToken(),
      call: async () => (await client.request({ url })).status,
      close() {},
    };
  },
  createLight(server, credentials) {
    const client = clientFor(server, credentials);
    return { getToken: () => client.getAccessToken() };
  },
  /** The HTTP client that it brings along. */
  createFloor(server) {
    const { transporter } = new OAuth2Client();
    const url = server.origin + API_PATH;
    const headers = { Authorization: `Bearer ${server.staticToken}` };
    return {
      call: async () => (await transporter.request({ url, headers })).status,
      close() {},
    };
  },
};
