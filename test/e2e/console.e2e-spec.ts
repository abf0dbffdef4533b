import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { hostname } from 'node:os';

import {
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
  Inject,
  Injectable,
  Module,
  RequestMethod,
  VersioningType,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { firstValueFrom, map, timeout } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { AsposeConsoleModule } from '../../lib/console/index.js';
import { AsposeAuthModule, AsposeTenants } from '../../lib/index.js';
import { MemoryTokenStore } from '../../lib/testing/index.js';
import { openConsole } from '../support/console-stream.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { eventually } from '../support/eventually.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { startTenantCloud, tenantsAt } from '../support/tenant-cloud.js';

const OPERATORS = 'OPERATORS';

@Module({
  providers: [{ provide: OPERATORS, useValue: ['ann'] }],
  exports: [OPERATORS],
})
class OperatorModule {}

/** A guard that cannot be made without the module that knows the operators. */
@Injectable()
class OperatorGuard implements CanActivate {
  constructor(@Inject(OPERATORS) private readonly operators: string[]) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context
      .switchToHttp()
      .getRequest<{ headers: Record<string, string> }>();
    return this.operators.includes(headers['x-operator'] ?? '');
  }
}

const ann = { headers: { 'x-operator': 'ann' } };
const open = { public: true };

/** What helmet does to every answer, as far as the page is concerned. */
function withStrictHeaders(app: INestApplication): void {
  const headers = {
    'content-security-policy': "default-src 'self'",
    'x-frame-options': 'SAMEORIGIN',
  };
  if (app.getHttpAdapter().getType() === 'fastify') {
    (app as NestFastifyApplication)
      .getHttpAdapter()
      .getInstance()
      .addHook('onRequest', async (_, reply) => void reply.headers(headers));
    return;
  }
  app.use(
    (
      _: unknown,
      response: { setHeader(name: string, value: string): void },
      next: () => void,
    ) => {
      for (const [name, value] of Object.entries(headers))
        response.setHeader(name, value);
      next();
    },
  );
}

function statusOf(
  url: string,
  method: string,
): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    request(url, { method }, (answer) => {
      let body = '';
      answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode, body }));
    })
      .on('error', reject)
      .end();
  });
}

describe.each(platforms)('the console on $platform', (platform) => {
  const started = (options = {}) =>
    nestApp()
      .with({ accessToken: 'canary-token' })
      .importing(AsposeConsoleModule.forRoot({ ...open, ...options }));

  it('gives a stranger neither the page nor the stream', async () => {
    const { url } = await nestApp()
      .with({ accessToken: 'static' })
      .importing(
        AsposeConsoleModule.forRoot({
          guards: [OperatorGuard],
          imports: [OperatorModule],
        }),
      )
      .on(platform)
      .start();

    for (const path of ['aspose-console', 'aspose-console/events']) {
      const answer = await fetch(`${url}/${path}`);
      expect(answer.status).toBe(403);
      expect(await answer.text()).not.toMatch(/script|event:/);
    }
    expect((await fetch(`${url}/aspose-console`, ann)).status).toBe(200);
    const stream = await openConsole(url, 'aspose-console', ann);
    await eventually(() => expect(stream.stateOf()).toBeDefined());
  });

  it('serves one page under a policy that lets run what is in it and nothing else', async () => {
    const { url } = await started()
      .on(platform)
      .prepared(withStrictHeaders)
      .start();

    const answer = await fetch(`${url}/aspose-console`);
    const html = await answer.text();
    const policy = String(answer.headers.get('content-security-policy'));

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    for (const [directive, part] of [
      ['script-src', 'script'],
      ['style-src', 'style'],
    ] as const) {
      const [, text = ''] =
        new RegExp(`<${part}>(.*?)</${part}>`, 's').exec(html) ?? [];
      const hash = createHash('sha256').update(text).digest('base64');
      expect(text).not.toBe('');
      expect(policy).toContain(`${directive} 'sha256-${hash}';`);
    }
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).toContain("frame-ancestors 'self';");
    expect(policy).not.toContain('unsafe');
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  it('tells at once how the clients are, and that no proxy may hold it back', async () => {
    const { url } = await started().on(platform).start();

    const stream = await openConsole(url);

    await eventually(() => expect(stream.messages).toHaveLength(2));
    expect(stream.messages[0]).toMatchObject({
      event: 'process',
      data: { host: hostname(), pid: process.pid, clients: ['default'] },
    });
    expect(stream.stateOf()).toMatchObject({
      mode: 'static',
      status: { level: 'good', headline: 'Static token' },
    });
    expect(stream.headers.get('content-type')).toBe(
      'text/event-stream; charset=utf-8',
    );
    expect(stream.headers.get('cache-control')).toBe('no-store, no-transform');
  });

  it('keeps what others have added to the headers of the stream', async () => {
    const { url } = await started()
      .on(platform)
      .prepared(withStrictHeaders)
      .start();

    const { headers } = await openConsole(url);

    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
  });

  it('tells of a flight, a renewal, a refusal and a revocation while they happen', async () => {
    const cloud = await startCloud();
    const { url, aspose, tokens } = await nestApp()
      .overCloud(cloud)
      .importing(AsposeConsoleModule.forRoot(open))
      .on(platform)
      .start();
    const stream = await openConsole(url);
    await eventually(() =>
      expect(stream.stateOf()).toMatchObject({
        status: { headline: 'No token yet' },
      }),
    );

    cloud.latencyMs = 500;
    const { fingerprint } = await tokens.getToken();
    cloud.latencyMs = 0;
    await eventually(() =>
      expect(stream.stateOf()).toMatchObject({
        status: { headline: 'Serving' },
        token: { fingerprint, state: 'fresh' },
      }),
    );
    expect(stream.messages.map(({ data }) => data)).toContainEqual(
      expect.objectContaining({
        status: expect.objectContaining({
          headline: 'Fetching a token',
        }) as object,
        isRefreshing: true,
      }),
    );

    cloud.revokeAll();
    await firstValueFrom(aspose.get('/v4.0/cells'));
    await eventually(() =>
      expect(stream.stateOf()).toMatchObject({
        origins: [{ origin: cloud.url, unauthorized: 1 }],
        decisions: [
          { kind: 'token' },
          { kind: 'unauthorized' },
          { kind: 'token' },
        ],
      }),
    );

    cloud.clientSecret = 'another';
    await tokens.getToken({ minValidityMs: 1 });
    tokens.reset();
    cloud.revokeAll();
    await expect(firstValueFrom(aspose.get('/v4.0/cells'))).rejects.toThrow();
    await eventually(() =>
      expect(stream.stateOf()).toMatchObject({
        status: { level: 'warning', headline: 'Serving, but renewals fail' },
        hold: { why: 'the credentials were refused' },
      }),
    );
    const { hour } = stream.stateOf() as { hour: Record<string, number[]> };
    const sum = (list: number[] = []) => list.reduce((a, b) => a + b, 0);
    expect(sum(hour['requests'])).toBe(cloud.counters.tokenRequests);
    expect(sum(hour['failures'])).toBe(1);
  });

  it('shows what a store holds, whichever process has put it there', async () => {
    const cloud = await startCloud();
    const store = new MemoryTokenStore();
    const replica = nestApp().with({ ...optionsFor(cloud), store });
    const other = await replica.start();
    const { url, tokens } = await replica
      .importing(AsposeConsoleModule.forRoot(open))
      .on(platform)
      .start();
    const stream = await openConsole(url);
    await eventually(() => expect(stream.stateOf()).toBeDefined());
    expect(stream.stateOf()?.['store']).not.toHaveProperty('lastSeen');

    const { fingerprint } = await other.tokens.getToken();
    await tokens.getToken();
    await eventually(() =>
      expect(stream.stateOf()).toMatchObject({
        token: { fingerprint },
        store: {
          name: 'memory',
          isPassedOver: false,
          lastSeen: { token: { fingerprint }, refusals: 0 },
        },
      }),
    );

    cloud.revokeAll();
    cloud.failNext({ kind: 'refuse' });
    const unauthorized = { token: await tokens.getToken(), origin: cloud.url };
    await tokens.getToken({ unauthorized });
    await eventually(() =>
      expect(stream.stateOf()).toMatchObject({
        store: { lastSeen: { token: { fingerprint }, refusals: 1 } },
      }),
    );
  });

  it('shows what happened before anybody looked', async () => {
    const cloud = await startCloud();
    const { url } = await nestApp()
      .with({ ...optionsFor(cloud), warmUp: 'require' })
      .importing(AsposeConsoleModule.forRoot(open))
      .on(platform)
      .start();

    const stream = await openConsole(url);

    await eventually(() =>
      expect(stream.stateOf()).toMatchObject({
        decisions: [{ kind: 'token' }],
      }),
    );
  });

  it('shows every client by its name, and tenants by hash only', async () => {
    const cloud = await startTenantCloud();
    const { url, app } = await nestApp()
      .with({ accessToken: 'static' })
      .importing(
        AsposeAuthModule.forRoot({ name: 'customers', ...tenantsAt(cloud) }),
        AsposeConsoleModule.forRoot(open),
      )
      .on(platform)
      .start();
    const tenants = app.get(AsposeTenants);
    cloud.refused.add('tenant-with-a-wrong-secret');
    const stream = await openConsole(url);

    await tenants.for('tenant-of-ours', { client: 'customers' }).getToken();
    await expect(
      tenants
        .for('tenant-with-a-wrong-secret', { client: 'customers' })
        .getToken(),
    ).rejects.toThrow();

    const hash = (id: string) =>
      createHash('sha256').update(id).digest('hex').slice(0, 8);
    await eventually(() =>
      expect(stream.stateOf('customers')).toMatchObject({
        mode: 'tenants',
        status: { level: 'warning', headline: '1 tenant fails' },
        tenants: {
          inMemory: 2,
          shown: [
            { tenant: hash('tenant-with-a-wrong-secret'), fails: true },
            { tenant: hash('tenant-of-ours'), fails: false },
          ],
        },
      }),
    );
    expect(stream.stateOf('default')).toMatchObject({ mode: 'static' });
    expect(stream.text).not.toContain('tenant-of-ours');
    expect(stream.text).not.toContain('tenant-with-a-wrong-secret');
  });

  it('holds no token and no secret, also where answers quote them', async () => {
    const SECRET = 'c0ffee00c0ffee00c0ffee00c0ffee00';
    const cloud = await startCloud({ clientSecret: SECRET });
    const { url, tokens, aspose } = await nestApp()
      .overCloud(cloud)
      .importing(AsposeConsoleModule.forRoot(open))
      .on(platform)
      .start();
    const stream = await openConsole(url);
    const issued = new Set<string>();

    issued.add((await tokens.getToken()).value);
    cloud.revokeAll();
    await firstValueFrom(aspose.get('/v4.0/cells'));
    issued.add((await tokens.getToken()).value);
    cloud.failNext({
      kind: 'answer',
      status: 400,
      body: { error: SECRET, error_description: `no such secret: ${SECRET}` },
    });
    cloud.revokeAll();
    tokens.reset();
    await expect(firstValueFrom(aspose.get('/v4.0/cells'))).rejects.toThrow();
    await eventually(() =>
      expect(stream.stateOf()).toMatchObject({ status: { level: 'warning' } }),
    );

    const all =
      stream.text + (await (await fetch(`${url}/aspose-console`)).text());
    for (const canary of [SECRET, cloud.clientId, ...issued])
      expect(all).not.toContain(canary);
    expect(all).toContain(cloud.clientId.slice(0, 8));
  });

  it('lets the app close at once, whatever pages are open', async () => {
    const { url, app } = await started()
      .on(platform, { forceCloseConnections: false })
      .start();
    const streams = await Promise.all([openConsole(url), openConsole(url)]);
    const start = performance.now();

    await app.close();

    // Promised is a moment; Node itself would wait for as long as a page is open.
    expect(performance.now() - start).toBeLessThan(2_000);
    await Promise.all(streams.map(({ ended }) => ended));
  });

  it('ends a HEAD request for its stream, and opens none', async () => {
    const { url } = await started().on(platform).start();

    expect(
      await statusOf(`${url}/aspose-console/events`, 'HEAD'),
    ).toMatchObject({
      body: '',
    });
    expect(await statusOf(`${url}/aspose-console`, 'HEAD')).toMatchObject({
      status: 200,
      body: '',
    });
  });

  it('is not touched by interceptors of the whole app', async () => {
    const { url } = await started()
      .declaring({
        providers: [
          {
            provide: APP_INTERCEPTOR,
            useValue: {
              intercept: (
                _: unknown,
                next: { handle(): ReturnType<typeof firstValueFrom> },
              ) =>
                (
                  next.handle() as never as import('rxjs').Observable<unknown>
                ).pipe(
                  map((data) => ({ data })),
                  timeout(50),
                ),
            },
          },
        ],
      })
      .on(platform)
      .start();

    const stream = await openConsole(url);
    await eventually(() => expect(stream.messages).toHaveLength(2));
    expect(await (await fetch(`${url}/aspose-console`)).text()).toMatch(
      /^<!doctype html>/,
    );
  });

  it('lives below a prefix, in an app with versions', async () => {
    const { url } = await started({ path: '/ops/tokens/' })
      .on(platform)
      .prepared((app) => {
        app.setGlobalPrefix('api', {
          exclude: [{ path: 'health', method: RequestMethod.GET }],
        });
        app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
      })
      .start();

    expect((await fetch(`${url}/api/ops/tokens`)).status).toBe(200);
    const stream = await openConsole(url, 'api/ops/tokens');
    await eventually(() => expect(stream.stateOf()).toBeDefined());
  });

  it('stays out of the description of the API', async () => {
    const { app } = await started().on(platform).start();

    const { paths } = SwaggerModule.createDocument(
      app,
      new DocumentBuilder().build(),
    );

    expect(paths).toEqual({});
  });

  it('may be served twice, for different people', async () => {
    const { url } = await started()
      .importing(
        AsposeConsoleModule.forRoot({
          path: 'operators/console',
          guards: [OperatorGuard],
          imports: [OperatorModule],
        }),
      )
      .on(platform)
      .start();

    expect((await fetch(`${url}/aspose-console`)).status).toBe(200);
    expect((await fetch(`${url}/operators/console`)).status).toBe(403);
    expect((await fetch(`${url}/operators/console`, ann)).status).toBe(200);
  });

  it('has room for a hundred pages, and says so to the next', async () => {
    const { url } = await started().on(platform).start();
    const streams = await Promise.all(
      Array.from({ length: 100 }, () => openConsole(url)),
    );

    expect((await fetch(`${url}/aspose-console/events`)).status).toBe(503);
    streams[0]?.close();
    await eventually(async () => {
      await openConsole(url);
    });
  });
});
