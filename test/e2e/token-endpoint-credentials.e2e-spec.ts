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
  jsonCall,
  type Pair,
  WAYS_TO_SEND,
} from '../support/token-endpoint.js';

const PAIR: Pair = { clientId: 'reports', clientSecret: 's3cr3t' };
const AWKWARD: Pair = {
  clientId: 'über id:&=+%20/',
  clientSecret: 'pa:ss w%C3rd+&=?#"\\',
};

/** Requests that name credentials more than once, partly, or not as text. */
const UNCLEAR: Readonly<Record<string, [EndpointCall, description: RegExp]>> = {
  'nothing at all': [{}, /are missing/],
  'a grant alone': [
    { body: new URLSearchParams({ grant_type: 'client_credentials' }) },
    /are missing/,
  ],
  'a Bearer token in their place': [
    { headers: { Authorization: 'Bearer abc' } },
    /are missing/,
  ],
  'the id alone': [
    { body: new URLSearchParams({ client_id: 'reports' }) },
    /Both .* are needed/,
  ],
  'the secret alone': [
    { query: { client_secret: 's3cr3t' } },
    /Both .* are needed/,
  ],
  'an empty secret': [
    formCall({ clientId: 'reports', clientSecret: '' }),
    /Both .* are needed/,
  ],
  'an empty id in Basic': [
    { headers: { Authorization: basic({ ...PAIR, clientId: '' }) } },
    /Both .* are needed/,
  ],
  'Basic without a colon': [
    { headers: { Authorization: `Basic ${btoa('reports')}` } },
    /no colon/,
  ],
  'Basic that is not form-encoded': [
    { headers: { Authorization: `Basic ${btoa('reports:100%')}` } },
    /not form-encoded/,
  ],
  'a form and the query': [
    { ...formCall(PAIR), query: { client_id: 'a', client_secret: 'b' } },
    /in two places/,
  ],
  'a form and Basic': [
    { ...formCall(PAIR), headers: { Authorization: basic(PAIR) } },
    /in two places/,
  ],
  'the query and Basic': [
    {
      query: { client_id: 'a', client_secret: 'b' },
      headers: { Authorization: basic(PAIR) },
    },
    /in two places/,
  ],
  'the id in the query, the secret in a form': [
    {
      query: { client_id: 'reports' },
      body: new URLSearchParams({ client_secret: 's3cr3t' }),
    },
    /Both .* are needed/,
  ],
  'the id twice in a form': [
    {
      body: new URLSearchParams([
        ['client_id', 'reports'],
        ['client_id', 'reports'],
        ['client_secret', 's3cr3t'],
      ]),
    },
    /client_id was sent twice/,
  ],
  'the secret by two names': [
    jsonCall({ client_id: 'a', client_secret: 'b', clientSecret: 'b' }),
    /client_secret was sent twice/,
  ],
  'a secret that is a number': [
    jsonCall({ client_id: 'reports', client_secret: 42 }),
    /client_secret must be a string/,
  ],
  'an id that is an object': [
    jsonCall({ client_id: { toString: 'x' }, client_secret: 'b' }),
    /client_id must be a string/,
  ],
  'a secret with a line break': [
    jsonCall({ client_id: 'a', client_secret: 'b\r\nX-Header: c' }),
    /client_secret has control characters/,
  ],
  'two scopes': [
    { ...formCall(PAIR), query: { scope: 'a', Scope: 'b' } },
    /scope was sent twice/,
  ],
  'two grants': [
    { ...formCall(PAIR), query: { grant_type: 'client_credentials' } },
    /grant_type was sent twice/,
  ],
  'a JSON array': [jsonCall([{ client_id: 'a' }]), /are missing/],
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

    it.each(Object.entries(UNCLEAR))(
      'are refused when %s was sent',
      async (_what, [call, description]) => {
        const cloud = await startCloud(PAIR);
        const { url } = await nestApp()
          .forwardingTo(cloud.url)
          .on(platform)
          .start();

        expectOAuthError(await callEndpoint(url, call), {
          status: 400,
          error: 'invalid_request',
          description,
        });
        expect(cloud.counters.tokenRequests).toBe(0);
      },
    );

    it.each(['authorization_code', 'refresh_token', 'password', ''])(
      'are not used for the grant %j',
      async (grant) => {
        const cloud = await startCloud(PAIR);
        const { url } = await nestApp()
          .forwardingTo(cloud.url)
          .on(platform)
          .start();

        const answers = [
          await callEndpoint(
            url,
            jsonCall({
              grant_type: grant,
              client_id: PAIR.clientId,
              client_secret: PAIR.clientSecret,
            }),
          ),
          await callEndpoint(url, {
            query: { grant_type: grant },
            headers: { Authorization: basic(PAIR) },
          }),
        ];

        for (const answer of answers)
          expectOAuthError(answer, {
            status: 400,
            error: 'unsupported_grant_type',
            description: 'Only client_credentials',
          });
        expect(cloud.counters.tokenRequests).toBe(0);
      },
    );

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
