import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A cloud that has an account for every customer, and answers each call with whose token came. */
export interface CustomersCloud {
  readonly url: string;
  /** The client ids that asked for a token, oldest first. */
  readonly tokenRequests: readonly string[];
  close(): Promise<void>;
}

/** What a customer has to ask for a token with. */
export const accountOf = (customer: string) => ({
  clientId: `id-of-${customer}`,
  clientSecret: `secret-of-${customer}`,
});

export async function startCustomersCloud(): Promise<CustomersCloud> {
  const tokenRequests: string[] = [];
  const customers = new Map<string, string>();

  const issueToken = (form: URLSearchParams) => {
    const customer = String(form.get('client_id')).slice('id-of-'.length);
    const { clientId, clientSecret } = accountOf(customer);
    if (form.get('client_secret') !== clientSecret)
      return { error: 'invalid_client' };
    const token = `token-${tokenRequests.push(clientId)}`;
    customers.set(`Bearer ${token}`, customer);
    return { access_token: token, token_type: 'Bearer', expires_in: 3600 };
  };
  const answer = async (request: IncomingMessage) =>
    request.url === '/connect/token'
      ? issueToken(new URLSearchParams(await text(request)))
      : { usageOf: customers.get(String(request.headers.authorization)) };

  const server = createServer((request, response) => {
    void answer(request).then((body) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(body));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    tokenRequests,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
