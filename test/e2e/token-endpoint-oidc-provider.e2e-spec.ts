import { describe, expect, it } from 'vitest';

import { AsposeTokenService } from '../../lib/index.js';

import { startIdentityProvider } from '../support/identity-provider.js';
import { platforms } from '../support/platforms.js';
import { nestApp } from '../support/nest-app.js';
import {
  askForToken,
  callEndpoint,
  expectUncached,
  WAYS_TO_SEND,
} from '../support/token-endpoint.js';

const PAIR = { clientId: 'reports', clientSecret: "p&ss=w+rd/%:'" };

describe.each(platforms)('oidc-provider behind $platform', (platform) => {
  it.each(Object.entries(WAYS_TO_SEND))(
    'grants a token for credentials in %s',
    async (_way, callFor) => {
      const provider = await startIdentityProvider(PAIR);
      const { url } = await nestApp()
        .forwardingTo(provider.url)
        .on(platform)
        .start();

      const { status, headers, text } = await callEndpoint(url, callFor(PAIR));

      expect({ status, body: JSON.parse(text) }).toStrictEqual({
        status: 200,
        body: {
          access_token: expect.any(String),
          expires_in: 600,
          token_type: 'Bearer',
        },
      });
      expectUncached(headers);
      expect(provider.requests).toStrictEqual([
        'POST /connect/token application/x-www-form-urlencoded -',
      ]);
    },
  );

  it('refuses a wrong secret in its own words, and is not asked again', async () => {
    const provider = await startIdentityProvider(PAIR);
    const { url } = await nestApp()
      .forwardingTo(provider.url)
      .on(platform)
      .start();
    const wrong = { ...PAIR, clientSecret: 'wrong' };
    const asked = await fetch(`${provider.url}/connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: wrong.clientId,
        client_secret: wrong.clientSecret,
      }),
    });
    const inItsWords = await asked.text();

    const first = await askForToken(url, wrong);
    const second = await askForToken(url, wrong);

    for (const { status, text } of [first, second])
      expect({ status, text }).toStrictEqual({
        status: asked.status,
        text: inItsWords,
      });
    expect(JSON.parse(inItsWords)).toHaveProperty('error', 'invalid_client');
    expect(first.headers.has('access-control-allow-origin')).toBe(false);
    expect(provider.requests).toHaveLength(2);
  });

  it('grants the scope that is asked for', async () => {
    const provider = await startIdentityProvider(PAIR);
    const { url } = await nestApp()
      .forwardingTo(provider.url)
      .on(platform)
      .start();

    const { text } = await callEndpoint(url, {
      body: new URLSearchParams({
        client_id: PAIR.clientId,
        client_secret: PAIR.clientSecret,
        scope: 'api.products',
      }),
    });

    expect(JSON.parse(text)).toHaveProperty('scope', 'api.products');
  });

  it('gives tokens to an app of this package through another one', async () => {
    const provider = await startIdentityProvider(PAIR);
    const forwarder = await nestApp()
      .forwardingTo(provider.url)
      .on(platform)
      .start();

    const { app } = await nestApp()
      .with({
        ...PAIR,
        warmUp: 'off',
        baseUrl: forwarder.url,
        tokenEndpoint: '/v4.0/cells/connect/token',
      })
      .on(platform)
      .start();
    const token = await app.get(AsposeTokenService).getToken();

    expect(token.lifetimeMs).toBe(600_000);
    expect(provider.requests).toHaveLength(1);
  });
});
