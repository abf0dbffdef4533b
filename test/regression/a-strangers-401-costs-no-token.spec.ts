import axios from 'axios';
import { describe, expect, it, vi } from 'vitest';

import { attachAsposeToken, createAsposeFetch } from '../../lib/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { startSite } from '../support/loopback-site.js';

const STATUS = '/v4.0/cells';

/** An app behind redirects: at its own origin, and to a stranger that answers 401 and may blame the token. */
async function start() {
  const cloud = await startCloud();
  const { aspose, tokens } = await nestApp().overCloud(cloud).start();
  const stranger = await startSite((_, response) => {
    response
      .writeHead(401, { 'WWW-Authenticate': 'Bearer error="invalid_token"' })
      .end();
  });
  const redirect = (path: string, location: string) =>
    cloud.route('GET', path, (_, response) => {
      response.writeHead(307, { Location: location }).end();
    });
  redirect('/away', stranger.url);
  cloud.route(
    'GET',
    '/dir',
    (_, response) => void response.writeHead(307, { Location: STATUS }).end(),
    { public: true },
  );
  await tokens.getToken();
  const send: Record<string, (path: string) => Promise<number>> = {
    AsposeFetch: async (path: string) => {
      const { status } = await createAsposeFetch(tokens)(cloud.url + path);
      return status;
    },
    ...Object.fromEntries(
      ['http', 'fetch', ['xhr', 'fetch', 'http']].map((adapter) => [
        `axios' adapter ${String(adapter)}`,
        async (path: string) => {
          const { status } = await aspose.axiosRef.get(path, {
            adapter,
            validateStatus: () => true,
          });
          return status;
        },
      ]),
    ),
  };
  return { cloud, tokens, stranger, send };
}

const CLIENTS = [
  'AsposeFetch',
  "axios' adapter http",
  "axios' adapter fetch",
  "axios' adapter xhr,fetch,http",
];

describe.each(CLIENTS)('Through %s', (client) => {
  it('a 401 of a stranger behind a redirect costs no renewal, and a revocation heals after it', async () => {
    const { cloud, stranger, send } = await start();

    expect(await send[client]?.('/away')).toBe(401);

    expect(stranger.requests).toHaveLength(1);
    expect(stranger.requests[0]?.headers.authorization).toBeUndefined();
    expect(cloud.counters.tokenRequests).toBe(1);
    cloud.revokeAll();
    expect(await send[client]?.(STATUS)).toBe(200);
    expect(cloud.counters.tokenRequests).toBe(2);
  });

  it('a revocation heals behind a redirect at its own origin', async () => {
    const { cloud, send } = await start();
    cloud.revokeAll();

    expect(await send[client]?.('/dir')).toBe(200);

    expect(cloud.counters.tokenRequests).toBe(2);
  });
});

describe("axios' adapter fetch", () => {
  it("that lets nobody watch its redirects costs no renewal by a stranger's 401", async () => {
    const { cloud, tokens, stranger } = await start();
    const instance = axios.create({
      adapter: axios.getAdapter('fetch'),
      validateStatus: () => true,
    });
    attachAsposeToken(instance, tokens);

    const { status } = await instance.get(`${cloud.url}/away`);

    expect(status).toBe(401);
    expect(stranger.requests).toHaveLength(1);
    expect(cloud.counters.tokenRequests).toBe(1);
  });

  it("makes its requests by the app's own fetch where it has one", async () => {
    const { cloud, tokens } = await start();
    const { aspose } = await nestApp().overCloud(cloud).start();
    const own = vi.fn<typeof fetch>((input, init) => fetch(input, init));
    const get = () =>
      aspose.axiosRef.get(STATUS, { adapter: 'fetch', env: { fetch: own } });

    await get();
    cloud.revokeAll();
    await get();

    expect(own).toHaveBeenCalledTimes(3);
    expect(tokens.peekToken()).toBeDefined();
  });
});
