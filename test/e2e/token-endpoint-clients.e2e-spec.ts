import { type CanActivate, Injectable } from '@nestjs/common';
import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  AsposeAuthModule,
  AsposeTenantGuard,
} from '../../lib/index.js';
import {
  type AsposeTokenEndpointEvent,
  AsposeTokenEndpointEvents,
  AsposeTokenEndpointModule,
  type TokenEndpointOptions,
} from '../../lib/endpoint/index.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { rejectionOf } from '../support/rejection.js';
import { startTenantCloud } from '../support/tenant-cloud.js';
import { callEndpoint, formCall } from '../support/token-endpoint.js';

const pass: CanActivate = { canActivate: () => true };
const PAIR = { clientId: 'of-a-caller', clientSecret: 'of-a-caller' };

/** An app with two clients, each at a cloud of its own. */
async function twoClients(endpoint: TokenEndpointOptions) {
  const [first, second] = [await startTenantCloud(), await startTenantCloud()];
  const options = (name: string, baseUrl: string) => ({
    clientId: name,
    clientSecret: 'secret',
    baseUrl,
    warmUp: 'off' as const,
  });
  const app = nestApp()
    .with(options('first', first.url))
    .importing(
      AsposeAuthModule.forRoot({
        name: 'groupdocs',
        ...options('second', second.url),
      }),
      AsposeTokenEndpointModule.forRoot(endpoint),
    );
  return { app, first, second };
}

describe.each(platforms)('A token endpoint on $platform', (platform) => {
  it('hands out the tokens of the client that it names', async () => {
    const { app, first, second } = await twoClients({
      mode: 'broker',
      client: 'groupdocs',
      guards: [pass],
    });
    const { url, app: started } = await app.on(platform).start();
    const events: AsposeTokenEndpointEvent[] = [];
    started
      .get(AsposeTokenEndpointEvents)
      .events$.subscribe((event) => events.push(event));

    const { text } = await callEndpoint(url, {});
    second.refused.add('second');

    expect(JSON.parse(text)).toMatchObject({ access_token: 'second.1' });
    expect(first.tokenRequests).toEqual([]);
    expect(events).toMatchObject([{ type: 'granted', client: 'groupdocs' }]);
  });

  it.each([
    [undefined, 'first'],
    ['groupdocs', 'second'],
  ] as const)(
    "forwards to the identity server of the app's own client: %s",
    async (client, asked) => {
      const { app, first, second } = await twoClients({
        mode: 'forward',
        client,
        public: true,
      });
      const { url } = await app.on(platform).start();

      const { status } = await callEndpoint(url, formCall(PAIR));

      expect(status).toBe(200);
      expect({
        first: first.tokenRequests,
        second: second.tokenRequests,
      }).toEqual({ first: [], second: [], [asked]: ['of-a-caller'] });
    },
  );

  it('forwards elsewhere if told to', async () => {
    const elsewhere = await startTenantCloud();
    const { app, first } = await twoClients({
      mode: 'forward',
      tokenEndpoint: `${elsewhere.url}/connect/token`,
      public: true,
    });
    const { url } = await app.on(platform).start();

    await callEndpoint(url, formCall(PAIR));

    expect(elsewhere.tokenRequests).toEqual(['of-a-caller']);
    expect(first.tokenRequests).toEqual([]);
  });

  it("hands out the tokens of the request's tenant, where only a guard knows it", async () => {
    const cloud = await startTenantCloud();
    @Injectable()
    class SlowGuard implements CanActivate {
      async canActivate() {
        await new Promise((resolve) => setImmediate(resolve));
        return true;
      }
    }
    const { url, app } = await nestApp()
      .with({
        baseUrl: cloud.url,
        tenants: {
          tenantOf: ({ headers }: { headers: Record<string, string> }) =>
            headers['x-tenant'],
          credentials: (id) => ({ clientId: id, clientSecret: 'of-tenant' }),
        },
      })
      .importing(
        AsposeTokenEndpointModule.forRoot({
          mode: 'broker',
          guards: [AsposeTenantGuard, SlowGuard],
        }),
      )
      .on(platform)
      .start();
    const events: AsposeTokenEndpointEvent[] = [];
    app
      .get(AsposeTokenEndpointEvents)
      .events$.subscribe((event) => events.push(event));
    const ask = async (tenant: string, body = '') => {
      const { text } = await callEndpoint(url, {
        headers: { 'X-Tenant': tenant },
        body: new URLSearchParams(body),
      });
      return (JSON.parse(text) as { access_token: string }).access_token;
    };

    const tenants = Array.from({ length: 60 }, (_, n) => `t${n % 3}`);
    const tokens = await Promise.all(tenants.map((tenant) => ask(tenant)));
    expect(tokens.map((token) => token.split('.')[0])).toEqual(tenants);
    const { createHash } = await import('node:crypto');
    const sha256 = createHash('sha256').update(String(tokens[0])).digest('hex');
    // Of another tenant: it is not its token that was unauthorized.
    expect(await ask('t1', `unauthorized_token_sha256=${sha256}`)).toBe(
      tokens[1],
    );
    const renewed = await ask('t0', `unauthorized_token_sha256=${sha256}`);
    expect(renewed).toMatch(/^t0\./);
    expect(renewed).not.toBe(tokens[0]);

    const nobody = await callEndpoint(url, {});
    expect(nobody.status).toBe(500);
    expect(events.at(-1)).toMatchObject({
      type: 'not-granted',
      code: AsposeAuthErrorCode.NO_TENANT,
    });
    expect(cloud.tokenRequests.toSorted()).toEqual(['t0', 't0', 't1', 't2']);
  });
});

describe('A token endpoint for a client that there is not', () => {
  it.each<TokenEndpointOptions>([
    { mode: 'broker', client: 'grupdocs', guards: [pass] },
    { mode: 'forward', client: 'grupdocs', public: true },
  ])('fails the boot: $mode', async (endpoint) => {
    const { app } = await twoClients(endpoint);

    expect(await rejectionOf(app.compile())).toMatchObject({
      problems: [
        "There is no client 'grupdocs': register it by AsposeAuthModule.forRoot({ name: 'grupdocs', … }). The app has the one without a name, 'groupdocs'.",
      ],
    });
  });

  it('that is no name is refused as it is registered', () => {
    expect(() =>
      AsposeTokenEndpointModule.forRoot({
        mode: 'forward',
        public: true,
        client: 7 as never,
      }),
    ).toThrow('client must be the name of a client.');
  });
});

it('A token endpoint does not forward past a client that it cannot see', async () => {
  const cloud = await startTenantCloud();

  const error = await rejectionOf(
    nestApp()
      .with({
        clientId: 'own',
        clientSecret: 'own',
        baseUrl: cloud.url,
        isGlobal: false,
      })
      .importing(
        AsposeTokenEndpointModule.forRoot({ mode: 'forward', public: true }),
      )
      .compile(),
  );

  expect(error).toMatchObject({
    problems: [expect.stringContaining('AsposeAuthModule has isGlobal: false')],
  });
});
