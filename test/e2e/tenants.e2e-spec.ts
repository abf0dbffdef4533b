import { EventEmitter } from 'node:events';

import { HttpModule, HttpService } from '@nestjs/axios';
import {
  Body,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  Post,
  Sse,
  type Type,
  UploadedFile,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { defer, firstValueFrom, map, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';

import {
  type AccessToken,
  AsposeAuthErrorCode,
  AsposeAuthModule,
  type AsposeFetch,
  AsposeHttpService,
  AsposeTenantGuard,
  AsposeTenantInterceptor,
  AsposeTenantMiddleware,
  AsposeTenants,
  AsposeToken,
  AsposeTokenService,
  attachAsposeToken,
  createAsposeFetch,
  InjectAsposeFetch,
  RequireAsposeToken,
  type TenantSettings,
} from '../../lib/index.js';
import { overrideAsposeAuth } from '../../lib/testing/index.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { rejectionOf } from '../support/rejection.js';
import { startTenantCloud, tenantsAt } from '../support/tenant-cloud.js';

interface Answer {
  readonly tenant: string;
}

@Injectable()
class Reports {
  constructor(
    readonly http: AsposeHttpService,
    @InjectAsposeFetch() readonly fetch: AsposeFetch,
  ) {}

  async byHttp(body?: object): Promise<string> {
    const call = this.http.post<Answer>('/by-http', body);
    return (await firstValueFrom(call)).data.tenant;
  }

  async byFetch(): Promise<string> {
    const response = await this.fetch('/by-fetch');
    return ((await response.json()) as Answer).tenant;
  }
}

@Controller()
class ReportController {
  constructor(private readonly reports: Reports) {}

  @Get('http')
  http() {
    return this.reports.byHttp();
  }

  @Post('json')
  json(@Body() body: object) {
    return this.reports.byHttp(body);
  }

  @Get('fetch')
  fetch() {
    return this.reports.byFetch();
  }

  @Get('later')
  later(): Observable<string> {
    return defer(() => this.reports.byHttp());
  }

  @Sse('events')
  events(): Observable<{ data: string }> {
    return defer(() => this.reports.byHttp()).pipe(map((data) => ({ data })));
  }
}

@Controller()
class UploadController {
  constructor(private readonly reports: Reports) {}

  @Post('upload')
  @UseInterceptors(FileInterceptor('file'))
  upload(@UploadedFile() file: Express.Multer.File) {
    return this.reports.byHttp(new Blob([new Uint8Array(file.buffer)]));
  }
}

@Module({})
class TenantModule implements NestModule {
  configure(consumer: MiddlewareConsumer) {
    consumer.apply(AsposeTenantMiddleware).forRoutes('{*path}');
  }
}

const asTenant = (tenant: string) => ({ headers: { 'x-tenant': tenant } });

const textOf = async (url: string, init: RequestInit) => {
  const response = await fetch(url, init);
  return response.status < 300 ? response.text() : String(response.status);
};

describe.each(platforms)('Tenants on $platform', (platform) => {
  const withMiddleware = async (settings?: Partial<TenantSettings>) => {
    const cloud = await startTenantCloud();
    const { app, url } = await nestApp()
      .with(tenantsAt(cloud, settings))
      .importing(TenantModule)
      .declaring({
        controllers: [ReportController],
        providers: [Reports],
      })
      .on(platform)
      .start();
    return { app, cloud, url };
  };

  it.each(['http', 'fetch', 'later'])(
    'get their own tokens in a request behind the middleware: %s',
    async (path) => {
      const { url, cloud } = await withMiddleware();

      const answers = await Promise.all(
        ['a', 'b', 'a', 'c'].map((tenant) =>
          textOf(`${url}/${path}`, asTenant(tenant)),
        ),
      );

      expect(answers).toEqual(['a', 'b', 'a', 'c']);
      expect(cloud.tokenRequests.toSorted()).toEqual(['a', 'b', 'c']);
    },
  );

  it('get them in what a handler streams', async () => {
    const { url } = await withMiddleware();

    expect(await textOf(`${url}/events`, asTenant('a'))).toContain('data: a');
  });

  it('get none in a request of no tenant', async () => {
    const { url, cloud } = await withMiddleware();

    expect(await textOf(`${url}/http`, {})).toBe('500');
    expect(cloud.tokenRequests).toEqual([]);
  });

  it('get them through body parsers', async () => {
    const { url } = await withMiddleware();

    const json = await textOf(`${url}/json`, {
      method: 'POST',
      headers: { 'x-tenant': 'a', 'content-type': 'application/json' },
      body: JSON.stringify({ cell: 'A1' }),
    });

    expect(json).toBe('a');
  });

  it('are asked for by @RequireAsposeToken(), where a guard knows them', async () => {
    const cloud = await startTenantCloud();
    @Controller()
    class RequiringController {
      @Get()
      @RequireAsposeToken()
      @UseGuards(AsposeTenantGuard)
      token(@AsposeToken() token: AccessToken) {
        return token.value;
      }
    }
    const { url } = await nestApp()
      .with(tenantsAt(cloud))
      .declaring({ controllers: [RequiringController] })
      .on(platform)
      .start();

    expect(await textOf(url, asTenant('a'))).toBe('a.1');
    expect(await textOf(url, asTenant('b'))).toBe('b.2');
    expect(await textOf(url, {})).toBe('500');
  });

  it('are known by a guard, where that is who knows them', async () => {
    const cloud = await startTenantCloud();
    @Injectable()
    class SessionGuard implements CanActivate {
      canActivate(context: ExecutionContext) {
        const request = context
          .switchToHttp()
          .getRequest<{ user: unknown; headers: Record<string, string> }>();
        request.user = { account: request.headers['x-session'] };
        return true;
      }
    }
    @Controller()
    @UseGuards(SessionGuard, AsposeTenantGuard)
    @UseInterceptors(AsposeTenantInterceptor)
    class GuardedController extends ReportController {}
    const { url } = await nestApp()
      .with(
        tenantsAt(cloud, {
          tenantOf: ({ user }: { user?: { account?: string } }) =>
            user?.account,
        }),
      )
      .declaring({ controllers: [GuardedController], providers: [Reports] })
      .on(platform)
      .start();
    const session = (name: string) => ({ headers: { 'x-session': name } });

    const answers = await Promise.all(
      ['http', 'fetch', 'later'].flatMap((path) =>
        ['a', 'b'].map((name) => textOf(`${url}/${path}`, session(name))),
      ),
    );

    expect(answers).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    expect(await textOf(`${url}/events`, session('b'))).toContain('data: b');
    expect(await textOf(`${url}/http`, {})).toBe('500');
  });
});

it('Tenants get their own tokens through file uploads', async () => {
  const cloud = await startTenantCloud();
  const { url } = await nestApp()
    .with(tenantsAt(cloud))
    .importing(TenantModule)
    .declaring({ controllers: [UploadController], providers: [Reports] })
    .on(platforms[0])
    .start();
  const form = new FormData();
  form.append('file', new Blob(['x'.repeat(100_000)]), 'a.xlsx');

  const uploaded = await textOf(`${url}/upload`, {
    method: 'POST',
    headers: { 'x-tenant': 'a' },
    body: form,
  });

  expect(uploaded).toBe('a');
});

describe('AsposeTenants', () => {
  const start = async (
    settings: Partial<TenantSettings> = {},
    ...imports: Type[]
  ) => {
    const cloud = await startTenantCloud();
    const { app, aspose, tokens } = await nestApp()
      .with(tenantsAt(cloud, settings))
      .importing(HttpModule.register({}), ...imports)
      .declaring({ providers: [Reports] })
      .start();
    const tenants = app.get(AsposeTenants);
    return { app, aspose, tokens, cloud, tenants, reports: app.get(Reports) };
  };

  it('runs a job for a tenant', async () => {
    const { tenants, reports } = await start();

    expect(tenants.current).toBeUndefined();
    const answers = await Promise.all(
      ['a', 'b'].map((tenant) =>
        tenants.run(tenant, async () => {
          await new Promise((resolve) => setImmediate(resolve));
          return [tenants.current, await reports.byHttp()];
        }),
      ),
    );

    expect(answers).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ]);
  });

  it('gives the tokens of a tenant, whichever is current', async () => {
    const { tenants, cloud, app } = await start();
    const tokens = tenants.for('a');

    const fetched = await tenants.run('b', () =>
      createAsposeFetch(tokens)(`${cloud.url}/fetched`),
    );
    const { axiosRef } = app.get(HttpService);
    attachAsposeToken(axiosRef, tokens);
    const attached = await axiosRef.get<Answer>(`${cloud.url}/attached`);

    expect(await fetched.json()).toMatchObject({ tenant: 'a' });
    expect(attached.data.tenant).toBe('a');
  });

  it('attaches the token of the current tenant to an HTTP client of the app', async () => {
    const { tenants, cloud, app, tokens } = await start();
    const { axiosRef } = app.get(HttpService);
    attachAsposeToken(axiosRef, tokens);

    for (const tenant of ['a', 'b'])
      expect(
        await tenants.run(tenant, async () => {
          const answer = await axiosRef.get<Answer>(`${cloud.url}/attached`);
          return answer.data.tenant;
        }),
      ).toBe(tenant);
  });

  it('has an exchange keep its tenant: a retry after a 401 does not go by another', async () => {
    const { tenants, cloud, reports } = await start();
    await tenants.run('a', () => reports.byHttp());
    cloud.revoke('a');

    const answers = await Promise.all([
      tenants.run('a', () => reports.byHttp()),
      tenants.run('b', () => reports.byHttp()),
      tenants.run('a', () => reports.byFetch()),
    ]);

    expect(answers).toEqual(['a', 'b', 'a']);
    expect(cloud.tokenRequests.toSorted()).toEqual(['a', 'a', 'b']);
  });

  it('says what to do where the context is lost', async () => {
    const { tenants, reports, cloud } = await start();
    const bus = new EventEmitter();
    const heard = new Promise((resolve) => {
      bus.on('report', () => resolve(rejectionOf(reports.byHttp())));
    });
    const waiting: (() => void)[] = [];
    const queued = new Promise((resolve) => {
      waiting.push(() => resolve(rejectionOf(reports.byHttp())));
    });

    tenants.run('a', () => {});
    bus.emit('report');
    for (const call of waiting) call();

    for (const error of [await heard, await queued])
      expect(error).toMatchObject({
        code: AsposeAuthErrorCode.NO_TENANT,
        message: expect.stringMatching(
          /AsposeTenants\.run\(id, …\).*AsposeTenantMiddleware/,
        ),
      });
    expect(cloud.tokenRequests).toEqual([]);
  });

  it('takes the current tenant from what else knows it', async () => {
    let current: string | undefined;
    const { tenants, reports } = await start({
      tenantOf: undefined,
      currentTenant: () => current,
    });
    expect(await rejectionOf(reports.byHttp())).toMatchObject({
      code: AsposeAuthErrorCode.NO_TENANT,
    });

    current = 'a';

    expect(tenants.current).toBe('a');
    expect(await reports.byHttp()).toBe('a');
    expect(await tenants.run('b', () => reports.byHttp())).toBe('b');
  });

  it.each(['', 'x'.repeat(201), 7, null, undefined])(
    'enters, serves and forgets no tenant called %j',
    async (id) => {
      const { tenants } = await start();

      for (const call of [
        () => tenants.run(id as string, () => {}),
        () => tenants.for(id as string),
        () => tenants.forget(id as string),
      ])
        expect(call).toThrow(
          expect.objectContaining({
            code: AsposeAuthErrorCode.INVALID_OPTIONS,
          }),
        );
    },
  );

  it('is asked in vain where the client has credentials of its own', async () => {
    const { app } = await nestApp()
      .with({ clientId: 'own', clientSecret: 'own', warmUp: 'off' })
      .start();

    expect(() => app.get(AsposeTenants).for('a')).toThrow(
      'The client has credentials of its own: give it the option tenants instead.',
    );
  });

  it('forgets a tenant, whose new credentials then count at once', async () => {
    const pairs = new Map([['a', 'first']]);
    const { tenants, reports } = await start({
      credentials: (id) => ({
        clientId: String(pairs.get(id)),
        clientSecret: 'of-tenant',
      }),
    });
    const call = () => tenants.run('a', () => reports.byHttp());
    expect(await call()).toBe('first');
    pairs.set('a', 'second');
    expect(await call()).toBe('first');

    tenants.forget('a');

    expect(await call()).toBe('second');
  });
});

describe('The option tenants', () => {
  const credentials = () => ({ clientId: 'id', clientSecret: 'secret' });

  it.each<[string, object, string | RegExp]>([
    ['no object', { tenants: 7 }, 'tenants must be an object, not number.'],
    [
      'no look-up',
      { tenants: {} },
      'tenants.credentials must be a function that returns the { clientId, clientSecret } of a tenant.',
    ],
    [
      'an unknown name',
      { tenants: { credentials, maximum: 5 } },
      /^tenants\.maximum is not an option/,
    ],
    [
      'a max that is none',
      { tenants: { credentials, max: 0 } },
      'tenants.max must be a whole number from 1 up.',
    ],
    [
      'an idleMs that is none',
      { tenants: { credentials, idleMs: 0 } },
      /^tenants\.idleMs must be a number/,
    ],
    [
      'a tenantOf that is none',
      { tenants: { credentials, tenantOf: 'header' } },
      'tenants.tenantOf must be a function, not string.',
    ],
    [
      'a token at boot',
      { tenants: { credentials }, warmUp: 'require' },
      /^warmUp: 'require' has no effect with tenants/,
    ],
    [
      'another way to authenticate',
      { tenants: { credentials }, accessToken: 'static' },
      /exclude one another/,
    ],
  ])('with %s fails the boot', async (_, options, problem) => {
    const error = await rejectionOf(nestApp().with(options).compile());

    expect(error).toMatchObject({
      problems: [expect.stringMatching(problem)],
    });
  });

  it('of two clients detects the tenant once', async () => {
    const cloud = await startTenantCloud();

    const error = await rejectionOf(
      nestApp()
        .with(tenantsAt(cloud))
        .importing(
          AsposeAuthModule.forRoot({ name: 'reports', ...tenantsAt(cloud) }),
        )
        .compile(),
    );

    expect(error).toMatchObject({
      message: expect.stringMatching(/client 'reports'.*client 'default'/s),
    });
  });

  it('of two clients goes by one current tenant', async () => {
    const cloud = await startTenantCloud();
    const { app } = await nestApp()
      .with(tenantsAt(cloud))
      .importing(
        AsposeAuthModule.forRoot({
          name: 'reports',
          baseUrl: cloud.url,
          tenants: {
            credentials: (id) => ({
              clientId: `${id}-reports`,
              clientSecret: 'of-tenant',
            }),
          },
        }),
      )
      .start();
    const tenants = app.get(AsposeTenants);

    const values = [
      await tenants.for('a').getToken(),
      await tenants.for('a', { client: 'reports' }).getToken(),
    ].map(({ value }) => value);

    expect(values).toEqual(['a.1', 'a-reports.2']);
  });

  it('asks for no credentials under test', async () => {
    const cloud = await startTenantCloud();
    const { Test } = await import('@nestjs/testing');
    const module = await overrideAsposeAuth(
      Test.createTestingModule({
        imports: [
          AsposeAuthModule.forRoot(
            tenantsAt(cloud, {
              credentials: () => {
                throw new Error('the vault was asked');
              },
            }),
          ),
        ],
      }),
    ).compile();

    const tenants = module.get(AsposeTenants);
    const token = await tenants.run('a', () =>
      module.get(AsposeTokenService).getToken(),
    );

    expect(token.value).toBe('test-token');
    expect((await tenants.for('a').getToken()).value).toBe('test-token');
  });
});
