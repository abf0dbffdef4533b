import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { describe, expect, it } from 'vitest';

import { AsposeTokenEndpointModule } from '../../lib/endpoint/index.js';
import { startCloud } from '../support/cloud.js';

import { platforms } from '../support/platforms.js';
import { nestApp } from '../support/nest-app.js';
import { callEndpoint, expectOAuthError } from '../support/token-endpoint.js';

describe.each(platforms)('a token endpoint on $platform', (platform) => {
  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])(
    'answers %s with 405 and says that it takes POST',
    async (method) => {
      const cloud = await startCloud();
      const { url } = await nestApp()
        .forwardingTo(cloud.url)
        .on(platform)
        .start();

      const answer = await callEndpoint(url, {
        method,
        query: {
          client_id: cloud.clientId,
          client_secret: cloud.clientSecret,
        },
      });

      expectOAuthError(answer, { status: 405, error: 'invalid_request' });
      expect(answer.headers.get('allow')).toBe('POST');
      expect(cloud.counters.tokenRequests).toBe(0);
    },
  );

  it('answers 405 to strangers too: guards are for POST alone', async () => {
    const { url } = await nestApp()
      .importing(
        AsposeTokenEndpointModule.forRoot({
          mode: 'forward',
          guards: [{ canActivate: () => false }],
        }),
      )
      .on(platform)
      .start();

    expect((await callEndpoint(url, { method: 'GET' })).status).toBe(405);
    expect((await callEndpoint(url, {})).status).toBe(403);
  });

  it('answers HEAD as GET, without a body', async () => {
    const { url } = await nestApp()
      .forwardingTo('http://127.0.0.1:1')
      .on(platform)
      .start();

    const { status, headers, text } = await callEndpoint(url, {
      method: 'HEAD',
    });

    expect([status, headers.get('allow'), text]).toStrictEqual([
      405,
      'POST',
      '',
    ]);
  });

  it('leaves OPTIONS to the platform, which knows of no such route', async () => {
    const { url } = await nestApp()
      .forwardingTo('http://127.0.0.1:1')
      .on(platform)
      .start();

    expect((await callEndpoint(url, { method: 'OPTIONS' })).status).toBe(404);
  });

  it('leaves OPTIONS to the CORS settings of the app, where it has any', async () => {
    const { url } = await nestApp()
      .forwardingTo('http://127.0.0.1:1')
      .prepared((app) => app.enableCors({ origin: 'https://app.example' }))
      .on(platform)
      .start();

    const { status, headers } = await callEndpoint(url, {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://app.example',
        'Access-Control-Request-Method': 'POST',
      },
    });

    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(
      'https://app.example',
    );
  });

  it('is described by @nestjs/swagger as one POST, with an id of its own', async () => {
    const { app } = await nestApp()
      .importing(
        AsposeTokenEndpointModule.forRoot({ mode: 'forward', public: true }),
        AsposeTokenEndpointModule.forRoot({
          mode: 'forward',
          path: 'partners/all/token',
          public: true,
        }),
      )
      .on(platform)
      .start();

    const { paths } = SwaggerModule.createDocument(
      app,
      new DocumentBuilder().build(),
    );

    const operations = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [
        path,
        method,
        (operation as { operationId: string }).operationId,
      ]),
    );
    expect(operations).toStrictEqual([
      [
        '/v4.0/cells/connect/token',
        'post',
        'TokenEndpointControllerForwardV40CellsConnectToken_postAccessToken',
      ],
      [
        '/partners/all/token',
        'post',
        'TokenEndpointControllerForwardPartnersAllToken_postAccessToken',
      ],
    ]);
  });
});
