import * as openid from 'openid-client';
import { describe, expect, it } from 'vitest';

import { AsposeTokenService } from '../../lib/index.js';
import {
  AsposeTokenEndpointModule,
  DEFAULT_ENDPOINT_PATH,
} from '../../lib/endpoint/index.js';
import { startCloud } from '../support/cloud.js';

import { platforms } from '../support/platforms.js';
import { rejectionOf } from '../support/rejection.js';
import { nestApp } from '../support/nest-app.js';
import type { Pair } from '../support/token-endpoint.js';

const PAIR: Pair = { clientId: 'id: ü+&=', clientSecret: 'p%ss w+rd:/&é' };

const METHODS = {
  client_secret_post: openid.ClientSecretPost,
  client_secret_basic: openid.ClientSecretBasic,
} as const;

/** A client as its own documentation has it, but for http: on loopback. */
function clientFor(
  appUrl: string,
  { clientId, clientSecret }: Pair,
  method: keyof typeof METHODS,
): openid.Configuration {
  const config = new openid.Configuration(
    { issuer: appUrl, token_endpoint: `${appUrl}/${DEFAULT_ENDPOINT_PATH}` },
    clientId,
    undefined,
    METHODS[method](clientSecret),
  );
  openid.allowInsecureRequests(config);
  return config;
}

describe.each(platforms)('openid-client on $platform', (platform) => {
  describe.each(Object.keys(METHODS) as (keyof typeof METHODS)[])(
    'with %s',
    (method) => {
      it('gets a token from the forwarder', async () => {
        const cloud = await startCloud(PAIR);
        const { url } = await nestApp()
          .forwardingTo(cloud.url)
          .on(platform)
          .start();

        const grant = await openid.clientCredentialsGrant(
          clientFor(url, PAIR, method),
          { scope: 'api.products' },
        );

        expect(grant.access_token).toMatch(/^eyJ/);
        expect(grant.token_type).toBe('bearer');
        expect(grant.expiresIn()).toBeGreaterThan(86_300);
        expect(
          Object.fromEntries(new URLSearchParams(cloud.tokenRequests[0]?.body)),
        ).toStrictEqual({
          grant_type: 'client_credentials',
          client_id: PAIR.clientId,
          client_secret: PAIR.clientSecret,
          scope: 'api.products',
        });
      });

      it('understands why it gets none', async () => {
        const cloud = await startCloud(PAIR);
        const { url } = await nestApp()
          .forwardingTo(cloud.url)
          .on(platform)
          .start();
        const wrong = clientFor(url, { ...PAIR, clientSecret: 'x' }, method);

        const refusal = await rejectionOf(openid.clientCredentialsGrant(wrong));
        cloud.failNext({ kind: 'html', status: 503 });
        const failure = await rejectionOf(
          openid.clientCredentialsGrant(clientFor(url, PAIR, method)),
        );

        expect(refusal).toBeInstanceOf(openid.ResponseBodyError);
        expect(refusal).toMatchObject({ status: 400, error: 'invalid_client' });
        // It reads OAuth errors from 4xx alone, and hands over what else was answered.
        expect(failure).toMatchObject({
          code: 'OAUTH_RESPONSE_IS_NOT_CONFORM',
          cause: { status: 502 },
        });
      });

      it('understands that another grant is not to be had', async () => {
        const cloud = await startCloud(PAIR);
        const { url } = await nestApp()
          .forwardingTo(cloud.url)
          .on(platform)
          .start();

        const refusal = await rejectionOf(
          openid.refreshTokenGrant(clientFor(url, PAIR, method), 'refresh'),
        );

        expect(refusal).toMatchObject({
          status: 400,
          error: 'unsupported_grant_type',
        });
      });

      it("gets the app's token from a broker, without the app's secret", async () => {
        const cloud = await startCloud();
        const { url, app } = await nestApp()
          .overCloud(cloud)
          .importing(
            AsposeTokenEndpointModule.forRoot({
              mode: 'broker',
              guards: [{ canActivate: () => true }],
            }),
          )
          .on(platform)
          .start();

        const grant = await openid.clientCredentialsGrant(
          clientFor(url, PAIR, method),
        );

        expect(grant.access_token).toBe(
          app.get(AsposeTokenService).peekToken()?.value,
        );
        expect(grant.expiresIn()).toBeGreaterThan(86_300);
      });
    },
  );
});
