import { text } from 'node:stream/consumers';

import type { TenantSettings } from '../../lib/index.js';
import { startSite } from './loopback-site.js';

/** A cloud with an account for every tenant: its tokens tell whose they are, and its API answers whose token came. */
export interface TenantCloud {
  readonly url: string;
  /** The client ids of the token requests, oldest first. */
  readonly tokenRequests: string[];
  /** The client ids that are refused. */
  readonly refused: Set<string>;
  /** The API calls that came with a token that was not revoked. */
  readonly calls: { readonly path: string; readonly tenant: string }[];
  /** The paths of the others, and what they came with: a revoked token, or none. */
  readonly unauthorizedCalls: {
    readonly path: string;
    readonly authorization: string | undefined;
  }[];
  /** Makes every token issued so far to a client id unauthorized. */
  revoke(clientId: string): void;
}

/**
 * Starts one, until the test ends.
 *
 * @param reply - what its API answers to a tenant that sent so many bytes.
 */
export async function startTenantCloud(
  reply = (tenant: string, received: number): object => ({ tenant, received }),
): Promise<TenantCloud> {
  const tokenRequests: string[] = [];
  const refused = new Set<string>();
  const calls: TenantCloud['calls'] = [];
  const unauthorizedCalls: TenantCloud['unauthorizedCalls'] = [];
  const valid = new Map<string, string>();
  const site = await startSite(async (request, response) => {
    const body = await text(request);
    response.setHeader('Content-Type', 'application/json');
    if (request.url === '/connect/token') {
      const clientId = String(new URLSearchParams(body).get('client_id'));
      tokenRequests.push(clientId);
      if (refused.has(clientId)) {
        response.statusCode = 400;
        return response.end('{"error":"invalid_client"}');
      }
      const token = `${clientId}.${tokenRequests.length}`;
      valid.set(token, clientId);
      return response.end(
        JSON.stringify({
          access_token: token,
          token_type: 'Bearer',
          expires_in: 3600,
        }),
      );
    }
    const { authorization } = request.headers;
    const path = String(request.url);
    const tenant = valid.get(String(authorization).slice('Bearer '.length));
    if (tenant === undefined) {
      unauthorizedCalls.push({ path, authorization });
      response.statusCode = 401;
      return response.end('{}');
    }
    calls.push({ path, tenant });
    return response.end(JSON.stringify(reply(tenant, body.length)));
  });
  return {
    url: site.url,
    tokenRequests,
    refused,
    calls,
    unauthorizedCalls,
    revoke(clientId) {
      for (const [token, owner] of valid)
        if (owner === clientId) valid.delete(token);
    },
  };
}

/** The options of an app whose tenants have accounts at a cloud, by their ids, and name themselves in a header. */
export function tenantsAt(
  cloud: TenantCloud,
  settings: Partial<TenantSettings> = {},
) {
  return {
    baseUrl: cloud.url,
    tenants: {
      tenantOf: ({ headers }: { headers: Record<string, string> }) =>
        headers['x-tenant'],
      credentials: (id: string) => ({
        clientId: id,
        clientSecret: 'of-tenant',
      }),
      ...settings,
    },
  };
}
