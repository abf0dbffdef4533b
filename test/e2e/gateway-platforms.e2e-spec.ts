import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { buffer, text } from 'node:stream/consumers';

import {
  type ArgumentsHost,
  Catch,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  HttpException,
  type INestApplication,
  Inject,
  Injectable,
  Module,
  type ModuleMetadata,
  type NestApplicationOptions,
  type NestInterceptor,
  RequestTimeoutException,
  Scope,
  VersioningType,
} from '@nestjs/common';
import {
  APP_FILTER,
  APP_GUARD,
  APP_INTERCEPTOR,
  HttpAdapterHost,
  LazyModuleLoader,
  NestFactory,
  REQUEST,
} from '@nestjs/core';
import {
  FastifyAdapter,
  type NestFastifyApplication,
} from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import express from 'express';
import { throwError, timeout, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';

import {
  AsposeGatewayEvents,
  AsposeGatewayModule,
  GatewayErrorCode,
  type GatewayOptions,
} from '../../lib/gateway/index.js';
import { AsposeAuthModule } from '../../lib/index.js';
import { overrideAsposeAuth } from '../../lib/testing/index.js';
import { startUpstream } from '../gateway/wire.mjs';
import { eventually } from '../support/eventually.js';
import { startSite } from '../support/loopback-site.js';
import { nestApp } from '../support/nest-app.js';
import { type Platform, platforms } from '../support/platforms.js';
import { form } from '../support/post.js';

const ALLOW = ['GET /v4.0/**', 'PUT /v4.0/**'];

/** A server in Aspose's place that says what it was asked, and how many bytes it got. */
async function startEcho() {
  return startSite(async (request, response) => {
    const { length } = await buffer(request);
    const { method, url, headers } = request;
    const type = headers['content-type'];
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ method, url, type, length }));
  });
}

interface SetUp {
  readonly what: string;
  readonly on?: Platform['platform'];
  readonly declared?: ModuleMetadata;
  readonly options?: NestApplicationOptions;
  readonly gateway?: Partial<GatewayOptions>;
  readonly prepare?: (app: INestApplication) => void | Promise<void>;
  /** In front of the gateway's path. */
  readonly prefix?: string;
}

async function start(
  platform: Platform,
  {
    declared = {},
    options,
    gateway,
    prepare = () => {},
    prefix = '',
  }: Omit<SetUp, 'what'>,
  baseUrl?: string,
) {
  const aspose = await startEcho();
  const { app, url } = await nestApp()
    .with({ accessToken: 'static', baseUrl: baseUrl ?? aspose.url })
    .importing(
      AsposeGatewayModule.forRoot({
        path: 'aspose',
        allow: ALLOW,
        public: true,
        ...gateway,
      }),
    )
    .declaring(declared)
    .on(platform, options)
    .prepared(prepare)
    .start();
  const events = app.get(AsposeGatewayEvents, { strict: false });
  const codes: string[] = [];
  events.events$.subscribe(({ code }) => codes.push(code));
  return { app, url: `${url}${prefix}/aspose`, aspose, codes };
}

@Injectable()
class OpenGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestGuard implements CanActivate {
  constructor(@Inject(REQUEST) private readonly request: { url: string }) {}

  canActivate(): boolean {
    return this.request.url.includes('/aspose/');
  }
}

@Injectable()
class PassingInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler) {
    return next.handle();
  }
}

/** What is sent: each would be read, or refused, by one of the parsers that apps have. */
const BODIES = [
  { type: 'application/json', body: `{"a": "${'x'.repeat(200_000)}` },
  { type: 'application/x-www-form-urlencoded', body: 'a[b]=%zz&c' },
  { type: 'text/plain', body: 'a' },
  { type: 'application/octet-stream', body: 'a'.repeat(70_000) },
  { type: 'nonsense', body: 'a' },
  { ...form('x'), type: 'multipart/form-data' },
];

const SET_UPS: readonly SetUp[] = [
  { what: 'as it is' },
  {
    what: 'a global prefix',
    prepare: (app) => void app.setGlobalPrefix('api'),
    prefix: '/api',
  },
  {
    what: 'a global prefix that it is excluded from',
    prepare: (app) =>
      void app.setGlobalPrefix('api', { exclude: ['aspose/*path'] }),
  },
  {
    what: 'a global prefix with a parameter',
    prepare: (app) => void app.setGlobalPrefix(':customer/api'),
    prefix: '/acme%20inc/api',
  },
  {
    what: 'versions in the path',
    prepare: (app) =>
      void app.enableVersioning({
        type: VersioningType.URI,
        defaultVersion: '1',
      }),
  },
  {
    what: 'versions in a header',
    prepare: (app) =>
      void app.enableVersioning({
        type: VersioningType.HEADER,
        header: 'x-version',
        defaultVersion: '1',
      }),
  },
  { what: 'rawBody', options: { rawBody: true } },
  { what: 'no body parser', options: { bodyParser: false } },
  {
    what: 'parsers in main.ts',
    on: 'Express',
    options: { bodyParser: false },
    prepare: (app) => {
      app.use(express.json({ limit: '50mb' }), express.urlencoded());
      app.use(express.raw({ type: () => true }), express.text());
    },
  },
  {
    what: 'a guard for the whole app',
    declared: { providers: [{ provide: APP_GUARD, useClass: OpenGuard }] },
  },
  {
    what: 'a throttler for the whole app',
    declared: {
      imports: [ThrottlerModule.forRoot([{ ttl: 60_000, limit: 100 }])],
      providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
    },
  },
  {
    what: 'a guard made for each request',
    gateway: { guards: [RequestGuard] },
  },
  {
    what: 'an interceptor for the whole app',
    declared: {
      providers: [{ provide: APP_INTERCEPTOR, useClass: PassingInterceptor }],
    },
  },
];

describe.each(platforms)('a gateway on $platform', (platform) => {
  const here = SET_UPS.filter(
    ({ on }) => (on ?? platform.platform) === platform.platform,
  );

  it.each(here)(
    'streams what no parser has seen, with $what',
    async (setUp) => {
      const { url, aspose } = await start(platform, setUp);

      for (const { type, body } of BODIES) {
        const answer = await fetch(`${url}/v4.0/x?a=%2e`, {
          method: 'PUT',
          headers: { 'content-type': type },
          body,
        });
        expect(await answer.json()).toEqual({
          method: 'PUT',
          url: '/v4.0/x?a=%2e',
          type,
          length: body.length,
        });
      }
      const read = await fetch(`${url}/v4.0/x`);
      expect(read.status).toBe(200);
      const unknown = await fetch(`${url}/words`);
      expect(unknown.status).toBe(404);
      expect(aspose.requests).toHaveLength(BODIES.length + 1);
    },
  );

  it('asks nobody for a caller that a guard of the app turns away, and frees its connection', async () => {
    class ClosedGuard implements CanActivate {
      canActivate(): boolean {
        return false;
      }
    }
    const { url, aspose } = await start(platform, {
      declared: { providers: [{ provide: APP_GUARD, useClass: ClosedGuard }] },
    });

    const answer = await fetch(`${url}/v4.0/x`, { method: 'PUT', body: 'a' });

    expect(answer.status).toBe(403);
    expect(aspose.requests).toEqual([]);
  });

  it('is counted by a throttler, each gateway by itself', async () => {
    const { url, aspose } = await start(platform, {
      declared: {
        imports: [
          ThrottlerModule.forRoot([{ ttl: 60_000, limit: 2 }]),
          AsposeGatewayModule.forRoot({
            path: 'other',
            allow: ALLOW,
            public: true,
          }),
        ],
        providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
      },
    });
    const other = url.replace('/aspose', '/other');
    const statuses: number[] = [];
    for (const at of [url, url, url, other])
      statuses.push((await fetch(`${at}/v4.0/x`)).status);

    expect(statuses).toEqual([200, 200, 429, 200]);
    expect(aspose.requests).toHaveLength(3);
  });

  it('has its errors written by a filter of the app', async () => {
    @Catch(HttpException)
    class Filter implements ExceptionFilter {
      constructor(private readonly host: HttpAdapterHost) {}

      catch(
        exception: HttpException & { code?: string },
        host: ArgumentsHost,
      ): void {
        const { httpAdapter } = this.host;
        const response = host.switchToHttp().getResponse();
        const body = { failure: exception.code };
        httpAdapter.reply(response, body, exception.getStatus());
      }
    }
    const { url } = await start(platform, {
      declared: { providers: [{ provide: APP_FILTER, useClass: Filter }] },
    });

    const answer = await fetch(`${url}/words`);

    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({
      failure: GatewayErrorCode.NOT_ALLOWED,
    });
  });

  describe('with a timeout interceptor', () => {
    const time = new VirtualTimeScheduler();
    class TimeoutInterceptor implements NestInterceptor {
      intercept(_: ExecutionContext, next: CallHandler) {
        return next.handle().pipe(
          timeout({
            each: 300,
            scheduler: time,
            with: () => throwError(() => new RequestTimeoutException()),
          }),
        );
      }
    }
    const declared = {
      providers: [{ provide: APP_INTERCEPTOR, useClass: TimeoutInterceptor }],
    };

    it('is not cut short by it while a body streams', async () => {
      const upstream = await startRaw(
        'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf',
      );
      const { url } = await start(platform, { declared }, upstream.url);

      const answer = await fetch(`${url}/v4.0/x`);
      time.flush();
      upstream.connections[0]?.socket.write('half');

      expect(await answer.text()).toBe('halfhalf');
    });

    it('ends the call that it has given up', async () => {
      const upstream = await startRaw('');
      const { url, codes } = await start(platform, { declared }, upstream.url);

      const answering = fetch(`${url}/v4.0/x`);
      await eventually(() => expect(upstream.connections).toHaveLength(1));
      time.flush();
      const answer = await answering;

      expect(answer.status).toBe(408);
      await eventually(() =>
        expect(upstream.connections[0]?.socket.destroyed).toBe(true),
      );
      expect(codes).toEqual([]);
    });
  });

  it('is where the boot of NestFactory has it, behind providers that are observed', async () => {
    const aspose = await startEcho();
    @Module({
      imports: [
        AsposeAuthModule.forRoot({
          accessToken: 'static',
          baseUrl: aspose.url,
        }),
        AsposeGatewayModule.forRoot({
          path: 'aspose',
          allow: ALLOW,
          guards: [OpenGuard],
        }),
      ],
    })
    class AppModule {}
    const app = await NestFactory.create(AppModule, new platform.adapter(), {
      logger: false,
      instrument: {
        instanceDecorator: (instance: unknown) =>
          typeof instance === 'object' && instance !== null
            ? new Proxy(instance, {})
            : instance,
      },
    });
    onTestFinished(() => app.close());
    await app.listen(0, '127.0.0.1');

    const answer = await fetch(`${await app.getUrl()}/aspose/v4.0/x`);

    expect(answer.status).toBe(200);
  });

  it('is asked by inject() and supertest alike', async () => {
    const { app, aspose } = await start(platform, {});

    const answer = await platformInject(app, platform);

    expect(answer).toBe(200);
    expect(aspose.requests).toHaveLength(1);
  });

  it('leads nowhere in a test that has not said where', async () => {
    const aspose = await startEcho();
    const module = await overrideAsposeAuth(
      Test.createTestingModule({
        imports: [
          AsposeAuthModule.forRoot({
            accessToken: 'static',
            baseUrl: aspose.url,
          }),
          AsposeGatewayModule.forRoot({
            path: 'aspose',
            allow: ALLOW,
            public: true,
          }),
        ],
      }),
    ).compile();
    const app = module.createNestApplication(new platform.adapter(), {
      logger: false,
    });
    onTestFinished(() => app.close());
    await app.listen(0, '127.0.0.1');

    const answer = await fetch(`${await app.getUrl()}/aspose/v4.0/x`);

    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(aspose.requests).toEqual([]);
  });

  it('cannot be loaded lazily, and says so', async () => {
    const { app } = await nestApp()
      .with({ accessToken: 'static' })
      .on(platform)
      .start();

    const loaded = app.get(LazyModuleLoader).load(() =>
      AsposeGatewayModule.forRoot({
        path: 'aspose',
        allow: ALLOW,
        public: true,
      }),
    );

    await expect(loaded).rejects.toThrow(/not loaded lazily/);
  });
});

describe('a gateway in an app that is part of another Express app', () => {
  const mounted = async (...before: express.RequestHandler[]) => {
    const upstream = await startRaw(
      'HTTP/1.1 201 Created\r\nContent-Length: 0\r\nLocation: /v4.0/y\r\n\r\n',
    );
    const [platform] = platforms;
    const { app } = await start(platform, {}, upstream.url);
    const outer = express();
    for (const layer of before) outer.use(layer);
    outer.use('/inner', app.getHttpAdapter().getInstance() as express.Express);
    const server = outer.listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/inner/aspose`, upstream };
  };

  it('is below the path of that', async () => {
    const { url, upstream } = await mounted();

    const answer = await fetch(`${url}/v4.0/x`, {
      method: 'PUT',
      body: 'hello',
    });

    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe('/inner/aspose/v4.0/y');
    expect(upstream.lines).toEqual(['PUT /v4.0/x HTTP/1.1']);
  });

  it('says so when that has read the body', async () => {
    const { url, upstream } = await mounted(express.json());

    const answer = await fetch(`${url}/v4.0/x`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    });

    expect(answer.status).toBe(500);
    expect(upstream.received).toBe('');
  });
});

describe('a gateway on Fastify that speaks HTTP/2', () => {
  const ask = async (
    url: string,
    headers: Record<string, string>,
    body?: string,
  ) => {
    const session = connectHttp2(url);
    onTestFinished(() => session.destroy());
    const stream = session.request(headers, { endStream: body === undefined });
    stream.end(body);
    const [answered] = (await once(stream, 'response')) as [
      Record<string, string>,
    ];
    return { answered, body: await text(stream) };
  };
  const startHttp2 = async (gateway: Partial<GatewayOptions> = {}) => {
    const aspose = await startEcho();
    class Http2Adapter extends FastifyAdapter {
      constructor() {
        super({ http2: true } as object);
      }
    }
    const { url } = await nestApp()
      .with({ accessToken: 'static', baseUrl: aspose.url })
      .importing(
        AsposeGatewayModule.forRoot({
          path: 'aspose',
          allow: ALLOW,
          public: true,
          ...gateway,
        }),
      )
      .on({ platform: 'Fastify', adapter: Http2Adapter } as never)
      .start();
    return { url, aspose };
  };

  it('streams both ways', async () => {
    const { url } = await startHttp2();
    const type = 'application/json';

    const large = await ask(
      url,
      { ':method': 'PUT', ':path': '/aspose/v4.0/x', 'content-type': type },
      'x'.repeat(200_000),
    );
    const small = await ask(url, { ':path': '/aspose/v4.0/x?a' });

    expect(large.answered[':status']).toBe(200);
    expect(JSON.parse(large.body)).toMatchObject({ type, length: 200_000 });
    expect(JSON.parse(small.body)).toMatchObject({
      url: '/v4.0/x?a',
      length: 0,
    });
  });

  it.each([
    '/aspose/v4.0/\u00fc',
    '/aspose/v4.0/x?\u00fc',
    '/aspose/v4.0/x?a b',
    '/aspose/v4.0/..',
    '/aspose/v4.0/x?a\u007f',
    '*',
    'http://a/aspose/v4.0/x',
  ])('asks nobody for %j', async (path) => {
    const { url, aspose } = await startHttp2();

    const { answered } = await ask(url, { ':path': path }).catch(() => ({
      answered: { ':status': 400 },
    }));

    expect(Number(answered[':status'])).toBeGreaterThanOrEqual(400);
    expect(Number(answered[':status'])).toBeLessThan(500);
    expect(aspose.requests).toEqual([]);
  });

  it('knows a page of its own by the authority', async () => {
    const { url } = await startHttp2();
    const from = async (origin: string) => {
      const { answered } = await ask(
        url,
        { ':method': 'PUT', ':path': '/aspose/v4.0/x', origin },
        'a',
      );
      return answered[':status'];
    };

    expect(await from(url)).toBe(200);
    expect(await from('http://evil.example')).toBe(403);
  });

  it('refuses a longer body, and ends the stream of a caller that is turned away', async () => {
    const { url, aspose } = await startHttp2({ maxBodyBytes: 1_000 });

    const { answered } = await ask(
      url,
      { ':method': 'PUT', ':path': '/aspose/v4.0/x', 'content-length': '2000' },
      'x'.repeat(2_000),
    );

    expect(answered[':status']).toBe(413);
    expect(aspose.requests).toEqual([]);
  });
});

/** Asks without a connection, where the platform can. */
async function platformInject(
  app: INestApplication,
  { platform }: Platform,
): Promise<number> {
  if (platform === 'Fastify') {
    const { statusCode } = await (app as NestFastifyApplication).inject(
      '/aspose/v4.0/x',
    );
    return statusCode;
  }
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  const { status } = await fetch(`http://127.0.0.1:${port}/aspose/v4.0/x`);
  return status;
}

async function startRaw(answer: string) {
  const upstream = await startUpstream(answer);
  onTestFinished(() => upstream.close());
  return upstream;
}
