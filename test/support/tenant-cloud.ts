import { text } from 'node:stream/consumers';

import type { TenantSettings } from '../../lib/index.js';
import { startServer } from './loopback-site.js';

/**
 * A cloud with an account for every tenant: its tokens tell whose they are, and its API answers whose token came. What lies at
 * `/of/<tenant>/…` is for that tenant alone.
 */
export interface TenantCloud {
  readonly url: string;
  /** The client ids of the token requests, oldest first. */
  readonly tokenRequests: string[];
  /** The client ids that are refused. */
  readonly refused: Set<string>;
  /** The client ids to whose tokens the API answers 401, whatever they are. */
  readonly suspended: Set<string>;
  /** The API calls that came with a token that was not revoked. */
  readonly calls: { readonly path: string; readonly tenant: string }[];
  /** The paths of the others, and what they came with: a revoked token, or none. */
  readonly unauthorizedCalls: {
    readonly path: string;
    readonly authorization: string | undefined;
  }[];
  /** The calls that came with the token of another tenant. */
  readonly foreign: { readonly path: string; readonly tenant: string }[];
  /** What the answer to a token request waits for. */
  beforeToken: (clientId: string) => Promise<void> | undefined;
  /** Waits until the API has had a number of calls more. */
  moreCalls(count: number): Promise<void>;
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
  /** How many token requests there had been when a client id's tokens were revoked. */
  const revoked = new Map<string, number>();
  let tokenRequests = 0;
  const awaited = new Map<number, () => void>();

  const answerTokenRequest = async (body: string): Promise<Answer> => {
    const clientId = String(new URLSearchParams(body).get('client_id'));
    cloud.tokenRequests.push(clientId);
    tokenRequests += 1;
    const token = `${clientId}.${tokenRequests}`;
    await cloud.beforeToken(clientId);
    if (cloud.refused.has(clientId)) return [400, { error: 'invalid_client' }];
    return [
      200,
      { access_token: token, token_type: 'Bearer', expires_in: 3600 },
    ];
  };

  const answerCall = (
    path: string,
    authorization: string | undefined,
    body: string,
  ): Answer => {
    const [, tenant = '', number] =
      /^Bearer (.*)\.(\d+)$/.exec(String(authorization)) ?? [];
    const isValid = Number(number) > (revoked.get(tenant) ?? 0);
    if (!isValid || cloud.suspended.has(tenant)) {
      cloud.unauthorizedCalls.push({ path, authorization });
      return [401, {}];
    }
    const call = { path, tenant };
    cloud.calls.push(call);
    awaited.get(cloud.calls.length)?.();
    const owner = /^\/of\/([^/]+)\//.exec(path)?.[1] ?? tenant;
    if (owner === tenant) return [200, reply(tenant, body.length)];
    cloud.foreign.push(call);
    return [403, {}];
  };

  const port = await startServer(async (request, response) => {
    const body = await text(request);
    const path = String(request.url);
    const { authorization } = request.headers;
    const [status, answer] =
      path === '/connect/token'
        ? await answerTokenRequest(body)
        : answerCall(path, authorization, body);
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(answer));
  });

  const cloud: TenantCloud = {
    url: `http://127.0.0.1:${port}`,
    tokenRequests: [],
    refused: new Set(),
    suspended: new Set(),
    calls: [],
    unauthorizedCalls: [],
    foreign: [],
    beforeToken: () => undefined,
    moreCalls: async (count) => {
      const due = cloud.calls.length + count;
      await new Promise<void>((resolve) => {
        const others = awaited.get(due);
        awaited.set(due, () => {
          others?.();
          resolve();
        });
      });
    },
    revoke(clientId) {
      revoked.set(clientId, tokenRequests);
    },
  };
  return cloud;
}

type Answer = readonly [status: number, body: object];

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
