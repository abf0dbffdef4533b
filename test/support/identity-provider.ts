import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Provider } from 'oidc-provider';
import { onTestFinished, vi } from 'vitest';

import type { Pair } from './token-endpoint.js';

/** An identity server that no one here wrote. */
export interface IdentityProvider {
  readonly url: string;
  /** The token requests that arrived: method, content type, and whether they had an `Authorization`. */
  readonly requests: readonly string[];
}

/** Starts `oidc-provider` with one client, until the test ends. */
export async function startIdentityProvider({
  clientId,
  clientSecret,
}: Pair): Promise<IdentityProvider> {
  const requests: string[] = [];
  // It warns of what only matters in production.
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.spyOn(console, 'info').mockImplementation(() => {});
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const provider = new Provider(url, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    scopes: ['api.products'],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
    },
    routes: { token: '/connect/token' },
  });
  const serve = provider.callback();
  server.on('request', (request, response) => {
    const { method, url: path, headers } = request;
    requests.push(
      `${method} ${path} ${headers['content-type']} ${headers.authorization ?? '-'}`,
    );
    void serve(request, response);
  });
  return { url, requests };
}
