// A token request and calls to this machine, by each client of axios, with whatever proxy the environment names.
const {
  AsposeHttpService,
  AsposeTokenService,
  attachAsposeToken,
} = require('../../../dist/index.js');
const axios = require('axios');
const lowest = require('axios-lowest');
const { firstValueFrom } = require('rxjs');
const { bootApp } = require('./boot-app.cjs');

const { BASE_URL, CLIENT_ID, CLIENT_SECRET, PROXY_PORT, ADAPTER } = process.env;

/** What this version sends, whichever the rest of the process has. */
const ADAPTERS = {
  lowest: (config) =>
    lowest.getAdapter('http')({
      ...config,
      headers: lowest.AxiosHeaders.from({ ...config.headers }),
    }),
};

const settings = {
  proxy: PROXY_PORT && { host: '127.0.0.1', port: Number(PROXY_PORT) },
  adapter: ADAPTERS[ADAPTER],
};

async function main() {
  const app = await bootApp(
    {
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      baseUrl: BASE_URL,
      warmUp: 'off',
      axios: settings,
      tokenAxios: settings,
    },
    { logger: ['error'] },
  );
  const tokens = app.get(AsposeTokenService);
  const aspose = app.get(AsposeHttpService);
  await firstValueFrom(aspose.get('/v4.0/cells'));
  await firstValueFrom(
    aspose.get('/v4.0/cells', {
      aspose: { attach: false },
      validateStatus: (status) => status === 401,
    }),
  );
  const attached = axios.create(settings);
  attachAsposeToken(attached, tokens);
  await attached.get(`${BASE_URL}/v4.0/cells`);
  await app.close();
}

void main();
