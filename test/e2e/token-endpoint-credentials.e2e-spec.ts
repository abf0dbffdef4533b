import { describe, expect, it } from 'vitest';

import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import {
  askForToken,
  basic,
  callEndpoint,
  type EndpointCall,
  expectOAuthError,
  expectUncached,
  formCall,
  type Pair,
  WAYS_TO_SEND,
} from '../support/token-endpoint.js';

const PAIR: Pair = { clientId: 'reports', clientSecret: 's3cr3t' };
const AWKWARD: Pair = {
  clientId: 'über id:&=+%20/',
  clientSecret: 'pa:ss w%C3rd+&=?#"\\',
};

describe.each(platforms)(
  'credentials sent on $platform',
  { timeout: 30_000 },
  (platform) => {
    it.each(Object.entries(WAYS_TO_SEND))(
      'are understood in %s, and sent on as a form and nothing else',
      async (_way, callFor) => {
        const cloud = await startCloud(AWKWARD);
        const { url } = await nestApp()
          .forwardingTo(cloud.url)
          .on(platform)
          .start();

        const answer = await callEndpoint(url, callFor(AWKWARD));

        expect(answer.status).toBe(200);
        expect(JSON.parse(answer.text)).toStrictEqual({
          access_token: expect.any(String),
          expires_in: 86400,
          token_type: 'Bearer',
        });
        expectUncached(answer.headers);
        const [received] = cloud.tokenRequests;
        expect([...new URLSearchParams(received?.body)]).toStrictEqual([
          ['grant_type', 'client_credentials'],
          ['client_id', AWKWARD.clientId],
          ['client_secret', AWKWARD.clientSecret],
        ]);
        expect(received?.query.size).toBe(0);
        expect(received?.headers).not.toHaveProperty('authorization');
        expect(received?.headers['content-type']).toBe(
          'application/x-www-form-urlencoded',
        );
      },
    );

    it('go on with the scope, but without anything else that the caller sent', async () => {
      const cloud = await startCloud(PAIR);
      const { url } = await nestApp()
        .forwardingTo(cloud.url)
        .on(platform)
        .start();

      const answer = await callEndpoint(url, {
        headers: {
          Cookie: 'session=1',
          'X-Forwarded-For': '203.0.113.9',
          'X-Api-Key': 'app-key',
        },
        body: new URLSearchParams({
          client_id: PAIR.clientId,
          client_secret: PAIR.clientSecret,
          scope: 'api.products api.storage',
          resource: 'https://elsewhere.example',
          unauthorized_token_sha256: '0'.repeat(64),
        }),
        query: { tenant: '7' },
      });

      expect(answer.status).toBe(200);
      const [received] = cloud.tokenRequests;
      expect([...new URLSearchParams(received?.body)]).toStrictEqual([
        ['grant_type', 'client_credentials'],
        ['client_id', PAIR.clientId],
        ['client_secret', PAIR.clientSecret],
        ['scope', 'api.products api.storage'],
      ]);
      expect(received?.query.size).toBe(0);
      for (const name of ['cookie', 'x-forwarded-for', 'x-api-key'])
        expect(received?.headers).not.toHaveProperty(name);
    });

    it.each<[string, EndpointCall, { error: string; description: RegExp }]>([
      [
        'in two places',
        { ...formCall(PAIR), headers: { Authorization: basic(PAIR) } },
        { error: 'invalid_request', description: /in two places/ },
      ],
      [
        'twice in a form',
        {
          body: new URLSearchParams([
            ['client_id', PAIR.clientId],
            ['client_id', PAIR.clientId],
            ['client_secret', PAIR.clientSecret],
          ]),
        },
        { error: 'invalid_request', description: /client_id was sent twice/ },
      ],
      [
        'for another grant',
        {
          query: { grant_type: 'password' },
          headers: { Authorization: basic(PAIR) },
        },
        {
          error: 'unsupported_grant_type',
          description: /Only client_credentials/,
        },
      ],
    ])('are not forwarded if they come %s', async (_how, call, expected) => {
      const cloud = await startCloud(PAIR);
      const { url } = await nestApp()
        .forwardingTo(cloud.url)
        .on(platform)
        .start();

      expectOAuthError(await callEndpoint(url, call), {
        status: 400,
        ...expected,
      });
      expect(cloud.counters.tokenRequests).toBe(0);
    });

    it('are forwarded for the allowed client ids only', async () => {
      const cloud = await startCloud(PAIR);
      const { url } = await nestApp()
        .forwardingTo(cloud.url, {
          public: undefined,
          allowedClientIds: [PAIR.clientId],
        })
        .on(platform)
        .start();

      expect((await askForToken(url, PAIR)).status).toBe(200);
      expectOAuthError(
        await askForToken(url, { ...PAIR, clientId: 'report' }),
        {
          status: 400,
          error: 'unauthorized_client',
        },
      );
      expect(cloud.counters.tokenRequests).toBe(1);
    });
  },
);
