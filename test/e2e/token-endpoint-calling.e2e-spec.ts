import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../lib/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { startSite } from '../support/loopback-site.js';
import { rejectionOf } from '../support/rejection.js';
import { unsignedJwt } from '../support/unsigned-jwt.js';

const PATH = '/v4.0/cells/connect/token';

const nbf = Math.floor(Date.now() / 1000);
const jwt = unsignedJwt({ nbf, exp: nbf + 7_200 });
const object = JSON.stringify({ access_token: jwt, expires_in: 600 });

describe('a token from PostAccessToken', () => {
  it('is asked for with a form, as the SDKs do', async () => {
    const cloud = await startCloud();
    const { tokens } = await nestApp()
      .overCloud(cloud)
      .with({ tokenEndpoint: PATH })
      .start();

    await tokens.getToken();

    const [request] = cloud.tokenRequests;
    expect(request?.path).toBe(PATH);
    expect(request?.query.size).toBe(0);
    expect(request?.body).toContain(`client_secret=${cloud.clientSecret}`);
  });

  it('is asked for with a query, as the page says, where it is told to', async () => {
    const cloud = await startCloud();
    const { tokens, logger } = await nestApp()
      .overCloud(cloud)
      .with({
        tokenEndpoint: PATH,
        credentialsIn: 'query',
      })
      .start();

    await tokens.getToken();
    await tokens.getToken();

    const [request] = cloud.tokenRequests;
    expect(Object.fromEntries(request?.query ?? [])).toStrictEqual({
      client_id: cloud.clientId,
      client_secret: cloud.clientSecret,
    });
    expect(request?.body).toBe('grant_type=client_credentials');
    expect(
      logger.own.filter((line) => line.includes('access logs')),
    ).toStrictEqual([
      "warn: credentialsIn: 'query' puts the client secret into URLs, which end up in access logs.",
    ]);
  });

  it('is asked for by the names that the endpoint has for them', async () => {
    const site = await startSite((_request, response) => {
      response.end(object);
    });
    const { tokens } = await nestApp()
      .with({
        clientId: 'the id',
        clientSecret: 'a&b=c',
        baseUrl: site.url,
        warmUp: 'off',
        tokenEndpoint: PATH,
        credentialsIn: 'query',
        queryNames: { clientId: 'Client ID', clientSecret: 'Client Secret' },
      })
      .start();

    await tokens.getToken();

    const { searchParams } = new URL(site.requests[0]?.url ?? '', site.url);
    expect([...searchParams]).toStrictEqual([
      ['Client ID', 'the id'],
      ['Client Secret', 'a&b=c'],
    ]);
  });

  it('is asked for without a word about logs where a form is used', async () => {
    const cloud = await startCloud();
    const { logger } = await nestApp()
      .overCloud(cloud)
      .with({ tokenEndpoint: PATH })
      .start();

    expect(logger.own.join()).not.toContain('access logs');
  });

  it.each([
    { shape: 'an object', body: object, lifetimeMs: 600_000 },
    {
      shape: 'a string that holds the object',
      body: JSON.stringify(object),
      lifetimeMs: 600_000,
    },
    { shape: 'a bare token', body: jwt, lifetimeMs: 7_200_000 },
    {
      shape: 'a quoted token',
      body: JSON.stringify(jwt),
      lifetimeMs: 7_200_000,
    },
  ])('is understood as $shape', async ({ body, lifetimeMs }) => {
    const site = await startSite((_request, response) => {
      response.end(body);
    });
    const { tokens } = await nestApp()
      .with({
        clientId: 'id',
        clientSecret: 'secret',
        baseUrl: site.url,
        warmUp: 'off',
        tokenEndpoint: PATH,
      })
      .start();

    const token = await tokens.getToken();

    expect(token.value).toBe(jwt);
    // A JWT tells when it ends, and some of it may have passed by now.
    expect(token.lifetimeMs).toBeLessThanOrEqual(lifetimeMs);
    expect(token.lifetimeMs).toBeGreaterThan(lifetimeMs - 60_000);
  });

  it.each([
    { status: 400, code: AsposeAuthErrorCode.CREDENTIALS_REFUSED },
    { status: 401, code: AsposeAuthErrorCode.CREDENTIALS_REFUSED },
    { status: 503, code: AsposeAuthErrorCode.TOKEN_ENDPOINT_FAILED },
  ])(
    'that is answered with $status fails without the secret of the query in the error or the log',
    async ({ status, code }) => {
      const cloud = await startCloud();
      cloud.failNext({ kind: 'answer', status, body: {} }, { times: Infinity });
      const { tokens, logger } = await nestApp()
        .overCloud(cloud)
        .with({
          tokenEndpoint: PATH,
          credentialsIn: 'query',
          retry: { attempts: 1 },
        })
        .start();

      const error = await rejectionOf(tokens.getToken());

      expect(error).toMatchObject({ code });
      expect(String(error)).toContain(`${cloud.url}${PATH}`);
      expect(String((error as Error).stack)).not.toContain(cloud.clientSecret);
      expect(logger.lines.map(({ all }) => all).join()).not.toContain(
        cloud.clientSecret,
      );
    },
  );
});
