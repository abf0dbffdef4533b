import {
  type CallHandler,
  type INestApplication,
  type NestInterceptor,
  ValidationPipe,
  VersioningType,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { gzipSync } from 'node:zlib';
import { map, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { startSite } from '../support/loopback-site.js';
import { platforms } from '../support/platforms.js';
import {
  askForToken,
  callEndpoint,
  expectOAuthError,
  expectUncached,
  WAYS_TO_SEND,
} from '../support/token-endpoint.js';

/** JSON that no serializer would write like this. */
const PECULIAR =
  '\n{ "token_type":"Bearer" ,"access_token":"a\\u0062c", "expires_in": 86400.0,\t"x":[1e2,"é😀<\\/script>"]}\r\n';

class WrappingInterceptor implements NestInterceptor {
  intercept(_context: unknown, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

const strictPipe = new ValidationPipe({
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  transform: true,
});

/** What apps do to all of their routes. */
const HABITS: Readonly<
  Record<string, { prepare: (app: INestApplication) => void; path?: string }>
> = {
  'a wrapping interceptor': {
    prepare: (app) => app.useGlobalInterceptors(new WrappingInterceptor()),
  },
  'a strict ValidationPipe': {
    prepare: (app) => app.useGlobalPipes(strictPipe),
  },
  'a global prefix': {
    prepare: (app) => app.setGlobalPrefix('api'),
    path: 'api/v4.0/cells/connect/token',
  },
  'URI versioning with a default': {
    prepare: (app) =>
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
  },
  'header versioning': {
    prepare: (app) =>
      app.enableVersioning({
        type: VersioningType.HEADER,
        header: 'X-Version',
        defaultVersion: '1',
      }),
  },
  'all of them': {
    prepare: (app) => {
      app.useGlobalInterceptors(new WrappingInterceptor());
      app.useGlobalPipes(strictPipe);
      app.setGlobalPrefix('api');
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
    },
    path: 'api/v4.0/cells/connect/token',
  },
};

describe.each(platforms)('a forwarded answer on $platform', (platform) => {
  it.each(Object.entries(HABITS))(
    'is byte for byte that of Aspose in an app with %s',
    async (_habit, { prepare, path }) => {
      const site = await startSite((_request, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.end(PECULIAR);
      });
      const { url } = await nestApp()
        .forwardingTo(site.url)
        .prepared(prepare)
        .on(platform)
        .start();

      for (const callFor of Object.values(WAYS_TO_SEND)) {
        const call = callFor({ clientId: 'a', clientSecret: 'b' });
        const { status, text, headers } = await callEndpoint(url, call, path);
        expect({ status, text }).toStrictEqual({ status: 200, text: PECULIAR });
        expectUncached(headers);
      }
    },
  );

  it('is intact where interceptor and pipe come from the module', async () => {
    const cloud = await startCloud();
    cloud.failNext({ kind: 'answer', body: PECULIAR });
    const { url } = await nestApp()
      .forwardingTo(cloud.url)
      .declaring({
        providers: [
          { provide: APP_INTERCEPTOR, useClass: WrappingInterceptor },
          { provide: APP_PIPE, useValue: strictPipe },
        ],
      })
      .on(platform)
      .start();

    expect((await askForToken(url, cloud)).text).toBe(PECULIAR);
  });

  it('that is an error is not wrapped either, nor are our own errors', async () => {
    const site = await startSite((_request, response) => {
      response.writeHead(400, { 'Content-Type': 'application/json' });
      response.end('{"error" :"invalid_client"}');
    });
    const { url } = await nestApp()
      .forwardingTo(site.url)
      .prepared((app) => {
        app.useGlobalInterceptors(new WrappingInterceptor());
      })
      .on(platform)
      .start();

    const pair = { clientId: 'a', clientSecret: 'b' };
    const { status, text } = await askForToken(url, pair);

    expect({ status, text }).toStrictEqual({
      status: 400,
      text: '{"error" :"invalid_client"}',
    });
    expectOAuthError(await callEndpoint(url, {}), {
      status: 400,
      error: 'invalid_request',
    });
  });

  it('leaves behind whatever header callers do not need', async () => {
    const site = await startSite((_request, response) => {
      response.writeHead(200, [
        ...['Content-Type', 'application/json; charset=utf-8'],
        ...['Set-Cookie', 'AWSALB=1; Path=/', 'Set-Cookie', 'id=2'],
        ...['Connection', 'close, X-Hop, Cache-Control'],
        ...['X-Hop', '1', 'Keep-Alive', 'timeout=5', 'Proxy-Connection', 'x'],
        ...['Trailer', 'Expires', 'Upgrade', 'h2c', 'ETag', '"1"'],
        ...['Proxy-Authenticate', 'Basic', 'Alt-Svc', 'h3=":443"'],
        ...['Strict-Transport-Security', 'max-age=63072000'],
        ...['Access-Control-Allow-Origin', '*'],
        ...['Access-Control-Expose-Headers', 'WWW-Authenticate'],
        ...['Cache-Control', 'public, max-age=3600', 'Pragma', 'cache'],
        ...['X-Accel-Redirect', '/secrets', 'X-Sendfile', '/etc/passwd'],
        ...['Clear-Site-Data', '"*"', 'Refresh', '0; url=https://evil.example'],
        ...['Link', '</x.js>; rel=preload', 'Location', 'https://evil.example'],
        ...['Content-Disposition', 'attachment', 'X-Two', '1', 'X-Two', '2'],
        ...['X-Request-Id', '7', 'Retry-After', '5'],
        ...[
          'WWW-Authenticate',
          'Basic realm="a"',
          'WWW-Authenticate',
          'Bearer',
        ],
      ]);
      response.end('{}');
    });
    const { url } = await nestApp().forwardingTo(site.url).on(platform).start();

    const { headers } = await askForToken(url, {
      clientId: 'a',
      clientSecret: 'b',
    });

    const leftBehind = [
      'set-cookie',
      'x-hop',
      'proxy-connection',
      'trailer',
      'upgrade',
      'proxy-authenticate',
      'alt-svc',
      'strict-transport-security',
      'access-control-allow-origin',
      'access-control-expose-headers',
      'x-accel-redirect',
      'x-sendfile',
      'clear-site-data',
      'refresh',
      'link',
      'location',
      'content-disposition',
      'x-two',
    ];
    expect(leftBehind.filter((name) => headers.has(name))).toStrictEqual([]);
    expect(headers.get('etag')).not.toBe('"1"');
    expect(headers.get('connection')).not.toMatch(/x-hop/i);
    expect(headers.get('x-request-id')).toBe('7');
    expect(headers.get('retry-after')).toBe('5');
    expect(headers.get('www-authenticate')).toBe('Basic realm="a", Bearer');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expectUncached(headers);
  });

  it('that says it is a page goes out as JSON', async () => {
    const site = await startSite((_request, response) => {
      response.writeHead(200, {
        'Content-Type': 'text/html',
        'X-Request-Id': 'caf\u00e9',
      });
      response.end('"<script>alert(1)</script>"');
    });
    const { url } = await nestApp().forwardingTo(site.url).on(platform).start();

    const { status, headers, text } = await askForToken(url, {
      clientId: 'a',
      clientSecret: 'b',
    });

    expect({ status, text }).toStrictEqual({
      status: 200,
      text: '"<script>alert(1)</script>"',
    });
    expect(headers.get('content-type')).toMatch(/^application\/json\b/);
    expect(headers.has('x-request-id')).toBe(false);
  });

  it('keeps the CORS headers of the app', async () => {
    const cloud = await startCloud();
    cloud.failNext({
      kind: 'answer',
      body: {},
      headers: { 'Access-Control-Allow-Origin': '*' },
    });
    const { url } = await nestApp()
      .forwardingTo(cloud.url)
      .prepared((app) => app.enableCors({ origin: 'https://app.example' }))
      .on(platform)
      .start();

    const { headers } = await askForToken(url, cloud);

    expect(headers.get('access-control-allow-origin')).toBe(
      'https://app.example',
    );
  });

  it('that came compressed is handed on in clear, with a length and a date of its own', async () => {
    const site = await startSite((_request, response) => {
      response.writeHead(200, {
        'Content-Type': 'application/json',
        'Content-Encoding': 'gzip',
        Date: 'Thu, 01 Jan 2026 00:00:00 GMT',
      });
      response.end(gzipSync(PECULIAR));
    });
    const { url } = await nestApp().forwardingTo(site.url).on(platform).start();

    const { text, headers } = await askForToken(url, {
      clientId: 'a',
      clientSecret: 'b',
    });

    expect(text).toBe(PECULIAR);
    expect(headers.has('content-encoding')).toBe(false);
    expect(headers.get('content-length')).toBe(
      String(Buffer.byteLength(PECULIAR)),
    );
    expect(headers.get('date')).not.toContain('2026 00:00:00');
  });

  it('lets the guards of the whole app have their say first', async () => {
    const cloud = await startCloud();
    const { url } = await nestApp()
      .forwardingTo(cloud.url)
      .declaring({
        providers: [
          { provide: APP_GUARD, useValue: { canActivate: () => false } },
        ],
      })
      .on(platform)
      .start();

    expectOAuthError(await askForToken(url, cloud), {
      status: 403,
      error: 'unauthorized_client',
    });
    expect(cloud.counters.tokenRequests).toBe(0);
  });
});
