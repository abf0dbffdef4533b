// The floor: a header that never changes, on bare axios. It knows no token endpoint.
import { randomBytes } from 'node:crypto';

import { axiosFloor } from '../support/axios-client.mjs';

/** As little as a client can be: credentials and a token. */
class StaticToken {
  #value = randomBytes(750).toString('base64url');

  constructor(credentials) {
    this.credentials = credentials;
  }

  async getToken() {
    return this.#value;
  }
}

export default {
  name: 'static header',
  package: 'axios',
  refreshes: {
    text: 'never',
    every3Seconds: 3,
    dueInOutage: { lifetimeSeconds: 30, dueAfterMs: 0 },
  },

  create(server) {
    const token = { value: server.staticToken };
    return {
      getToken: () => Promise.resolve(token),
      peekToken: () => token,
      ...axiosFloor(server),
    };
  },
  createFloor: axiosFloor,
  createLight: (server, credentials) => new StaticToken(credentials),
  cannot: {
    refused: 'It asks for no token.',
    boot: 'There is nothing to load.',
    revoked: 'Its token never changes, whatever is revoked.',
  },
};
