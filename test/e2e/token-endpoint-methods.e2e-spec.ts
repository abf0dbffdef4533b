import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { describe, expect, it } from 'vitest';

import { AsposeTokenEndpointModule } from '../../lib/endpoint/index.js';
import { startCloud } from '../support/cloud.js';
import { runForward } from '../support/forward-app.js';
import { platforms } from '../support/platforms.js';
import { runApp } from '../support/running-app.js';
import { callEndpoint, expectOAuthError } from '../support/token-endpoint.js';

describe.each(platforms)('a token endpoint on $platform', (platform) => {
  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])(
    'answers %s with 405 and says that it takes POST',
    async (method) => {
      const cloud = await startCloud();
      const { url } = await runForward(platform, cloud.url);

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
    const { url } = await runApp(platform, {
      imports: [
        AsposeTokenEndpointModule.forRoot({
          mode: 'forward',
          guards: [{ canActivate: () => false }],
        }),
      ],
    });

    expect((await callEndpoint(url, { method: 'GET' })).status).toBe(405);
    expect((await callEndpoint(url, {})).status).toBe(403);
  });

  it('answers HEAD as GET, without a body', async () => {
    const { url } = await runForward(platform, 'http://127.0.0.1:1');

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
    const { url } = await runForward(platform, 'http://127.0.0.1:1');

    expect((await callEndpoint(url, { method: 'OPTIONS' })).status).toBe(404);
  });

  it('leaves OPTIONS to the CORS settings of the app, where it has any', async () => {
    const { url } = await runForward(platform, 'http://127.0.0.1:1', {
      configure: (app) => app.enableCors({ origin: 'https://app.example' }),
    });

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
    const { app } = await runApp(platform, {
      imports: [
        AsposeTokenEndpointModule.forRoot({ mode: 'forward', public: true }),
        AsposeTokenEndpointModule.forRoot({
          mode: 'forward',
          path: 'partners/all/token',
          public: true,
        }),
      ],
    });

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
