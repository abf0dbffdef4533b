import { once } from 'node:events';

import { HttpModule, HttpService } from '@nestjs/axios';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { firstValueFrom } from 'rxjs';
import { switchMap } from 'rxjs/operators';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';

import {
  type AccessToken,
  AsposeAuthErrorCode,
  AsposeHttpService,
  AsposeTenantGuard,
  AsposeTenantInterceptor,
  AsposeTenantMiddleware,
  AsposeTenants,
  AsposeToken,
  attachAsposeToken,
  RequireAsposeToken,
  type TenantSettings,
} from '../../lib/index.js';
import { withAsposeTokens } from '../../lib/sdk/index.js';
import { overrideAsposeAuth } from '../../lib/testing/index.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { rejectionOf } from '../support/rejection.js';
import {
  FakeBarcodeConfiguration,
  FakeGenerateApi,
  FakePdfApi,
  FakeSlidesApi,
} from '../support/sdk-fakes.js';
import { startTenantCloud, tenantsAt } from '../support/tenant-cloud.js';

interface Answer {
  readonly tenant: string;
}

async function start(settings?: Partial<TenantSettings>) {
  const cloud = await startTenantCloud();
  const { app, aspose, tokens } = await nestApp()
    .with(tenantsAt(cloud, settings))
    .importing(HttpModule.register({}))
    .start();
  const tenants = app.get(AsposeTenants);
  return { app, aspose, cloud, tenants, tokens };
}

const tenantIn = async (call: ReturnType<AsposeHttpService['get']>) =>
  ((await firstValueFrom(call)).data as Answer).tenant;

describe('A call that was made for a tenant', () => {
  it('is its own, whoever subscribes to it', async () => {
    const { aspose, tenants } = await start();
    const ofA = tenants.run('a', () => aspose.get('/made'));

    expect(await tenantIn(ofA)).toBe('a');
    expect(await tenants.run('b', () => tenantIn(ofA))).toBe('a');
    expect(
      await tenants.run('b', () =>
        tenantIn(ofA.pipe(switchMap(() => aspose.get('/next')))),
      ),
    ).toBe('b');
  });

  it('is its own, whatever the app says of the current tenant by then', async () => {
    let current = 'a';
    const { aspose, cloud } = await start({
      tenantOf: undefined,
      currentTenant: () => current,
    });
    await tenantIn(aspose.get('/first'));
    cloud.revoke('a');
    const lazy = aspose.get('/lazy');
    const eager = aspose.axiosRef.get<Answer>('/eager');

    current = 'b';

    expect((await eager).data.tenant).toBe('a');
    expect(await tenantIn(lazy)).toBe('a');
    expect(await tenantIn(aspose.get('/own'))).toBe('b');
  });

  it.each<[string, (url: string) => { get(path: string): Promise<unknown> }]>([
    ['an SDK that asks again', (url) => new FakePdfApi(url)],
    [
      'an SDK that does not',
      (url) => {
        const api = new FakeGenerateApi(new FakeBarcodeConfiguration(url));
        return Object.assign(api, {
          get: async () => (await api.generate()).body,
        });
      },
    ],
    ['SlidesApi', (url) => new FakeSlidesApi(url)],
  ])('is its own in the retry of %s', async (_, make) => {
    let current = 'a';
    const { cloud, tokens } = await start({
      tenantOf: undefined,
      currentTenant: () => current,
    });
    const api = withAsposeTokens(make(cloud.url), tokens);
    await api.get('/first');
    cloud.revoke('a');

    const answered = api.get('/again');
    current = 'b';

    expect(await answered).toContain('"tenant":"a"');
    expect(cloud.tokenRequests).toEqual(['a', 'a']);
  });
});

describe('A method of an SDK that calls another', () => {
  type Detour = (get: (path: string) => Promise<string>) => Promise<string>;

  class OwnPdf extends FakePdfApi {
    async detour(how: Detour) {
      return how((path) => this.get(path));
    }
  }
  class OwnSlides extends FakeSlidesApi {
    async detour(how: Detour) {
      return how((path) => this.get(path));
    }
  }

  it('of its own for another tenant has that go by it, and renews its token', async () => {
    const { cloud, tenants, tokens } = await start();
    const pdf = withAsposeTokens(new OwnPdf(cloud.url), tokens);
    const detour = () =>
      tenants.run('a', () =>
        pdf.detour((get) => tenants.run('b', () => get('/of-b'))),
      );

    expect(await detour()).toContain('"tenant":"b"');
    cloud.revoke('b');
    expect(await detour()).toContain('"tenant":"b"');

    expect(cloud.tokenRequests).toEqual(['b', 'b']);
  });

  it('of SlidesApi for another tenant has that fail, unsent', async () => {
    const { cloud, tenants, tokens } = await start();
    const slides = withAsposeTokens(new OwnSlides(cloud.url), tokens);

    const error = await tenants.run('a', () =>
      rejectionOf(slides.detour((get) => tenants.run('b', () => get('/of-b')))),
    );

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.INVALID_OPTIONS,
      message: expect.stringContaining('enters another tenant'),
    });
    expect(cloud.calls).toEqual([]);
    expect(cloud.unauthorizedCalls).toEqual([]);
  });

  it('has that go by its own tokens, past its proxy, too', async () => {
    const { cloud, tenants, tokens } = await start();
    const inner = new FakePdfApi(cloud.url);
    withAsposeTokens(inner, tenants.for('b'));
    const outer = withAsposeTokens(new OwnPdf(cloud.url), tokens);

    const answered = tenants.run('a', () =>
      outer.detour(() => inner.get('/inner')),
    );

    expect(await answered).toContain('"tenant":"b"');
    expect(cloud.tokenRequests).toEqual(['b']);
  });
});

describe('The tokens of AsposeTenants.for()', () => {
  it('are closed with the app, and close nobody else', async () => {
    const { app, cloud, tenants, aspose } = await start();
    const { axiosRef } = app.get(HttpService);
    const ofA = tenants.for('a');
    attachAsposeToken(axiosRef, ofA);
    await axiosRef.get(`${cloud.url}/attached`);

    ofA.close();
    expect(
      await tenants.run('b', () => tenantIn(aspose.get('/still-open'))),
    ).toBe('b');
    await app.close();

    expect(
      await rejectionOf(axiosRef.get(`${cloud.url}/after-the-end`)),
    ).toMatchObject({ response: { status: 401 } });
  });

  it('lead nowhere else under test, either', async () => {
    const { Test } = await import('@nestjs/testing');
    const { AsposeAuthModule } = await import('../../lib/index.js');
    const cloud = await startTenantCloud();
    const module = await overrideAsposeAuth(
      Test.createTestingModule({
        imports: [AsposeAuthModule.forRoot(tenantsAt(cloud))],
      }),
    ).compile();
    const tokens = module.get(AsposeTenants).for('a');
    const api = new FakePdfApi('https://api.aspose.cloud');

    const error = await rejectionOf(
      (async () => withAsposeTokens(api, tokens).get('/real'))(),
    );

    expect(error).toMatchObject({ code: AsposeAuthErrorCode.NETWORK_BLOCKED });
  });
});

describe('A request of no tenant', () => {
  it('goes for none, whatever is left of another', async () => {
    const { app, tenants, aspose } = await start();
    const middleware = await app
      .resolve(AsposeTenantMiddleware)
      .catch(async () => {
        const { TenantContext } =
          await import('../../lib/tenants/tenant-context.js');
        return new AsposeTenantMiddleware(app.get(TenantContext));
      });

    // A connection that goes on reading where an earlier answer was written.
    const outcome = tenants.run(
      'a',
      () =>
        new Promise((resolve) =>
          middleware.use({ headers: {} }, {}, () =>
            resolve([tenants.current, rejectionOf(tenantIn(aspose.get('/')))]),
          ),
        ),
    );

    const [current, error] = (await outcome) as [unknown, Promise<unknown>];
    expect(current).toBeUndefined();
    expect(await error).toMatchObject({ code: AsposeAuthErrorCode.NO_TENANT });
  });
});

describe.each(platforms)('What reads the tenant on $platform', (platform) => {
  const begin = async (settings: Partial<TenantSettings>) => {
    const cloud = await startTenantCloud();
    @Injectable()
    class SessionGuard implements CanActivate {
      canActivate(context: ExecutionContext) {
        const { headers } = context
          .switchToHttp()
          .getRequest<{ headers: Record<string, string> }>();
        headers['x-tenant'] = headers['x-session'] ?? headers['x-tenant'] ?? '';
        return true;
      }
    }
    @Controller()
    @UseGuards(SessionGuard, AsposeTenantGuard)
    class ReportController {
      constructor(private readonly aspose: AsposeHttpService) {}

      @Get()
      report() {
        return tenantIn(this.aspose.get('/report'));
      }
    }
    const { url, logger } = await nestApp()
      .with(tenantsAt(cloud, settings))
      .declaring({ controllers: [ReportController] })
      .prepared(async (app) => {
        const { TenantContext } =
          await import('../../lib/tenants/tenant-context.js');
        const middleware = new AsposeTenantMiddleware(app.get(TenantContext));
        app.use(middleware.use.bind(middleware));
      })
      .on(platform)
      .start();
    const ask = async (headers: Record<string, string>) => {
      const response = await fetch(url, { headers });
      return response.ok ? response.text() : String(response.status);
    };
    return { ask, cloud, logger };
  };

  it('does not take one for another: a guard that finds another fails the request', async () => {
    const { ask, cloud, logger } = await begin({});

    expect(await ask({ 'x-tenant': 'a' })).toBe('a');
    expect(await ask({ 'x-tenant': 'a', 'x-session': 'b' })).toBe('500');

    expect(cloud.tokenRequests).toEqual(['a']);
    expect(JSON.stringify(logger)).toContain('use one of the two');
  });

  it.each<[string, () => unknown, string]>([
    ['a promise', () => Promise.reject(new Error('of the app')), 'a promise'],
    ['a number', () => 7, 'number'],
    ['an object', () => ({ id: 'a' }), 'object'],
    ['a long text', () => 'a'.repeat(201), 'one of 201'],
  ])('refuses %s', async (_, read, said) => {
    const { ask, cloud, logger } = await begin({
      tenantOf: read as () => string,
    });

    expect(await ask({})).toBe('500');

    expect(JSON.stringify(logger)).toContain(said);
    expect(cloud.tokenRequests).toEqual([]);
  });

  it('fails the request if it fails', async () => {
    const { ask, cloud } = await begin({
      tenantOf: () => {
        throw new Error('of the app');
      },
    });

    expect(await ask({})).toBe('500');
    expect(cloud.tokenRequests).toEqual([]);
  });
});

it('Middleware and guards of tenants let requests of an app under test pass', async () => {
  const { Test } = await import('@nestjs/testing');
  const { AsposeAuthModule } = await import('../../lib/index.js');
  const { TenantContext } = await import('../../lib/tenants/tenant-context.js');
  const cloud = await startTenantCloud();
  const module = await overrideAsposeAuth(
    Test.createTestingModule({
      imports: [AsposeAuthModule.forRoot(tenantsAt(cloud))],
    }),
  ).compile();
  const context = module.get(TenantContext);
  const middleware = new AsposeTenantMiddleware(context);
  let passed = 0;

  middleware.use({ headers: {} }, {}, () => (passed += 1));

  expect(passed).toBe(1);
  expect(context.noteAgain({}, {})).toBeUndefined();
});

describe('A socket', () => {
  interface Client {
    tenant?: string;
  }

  it('has each of its messages go by the tenant that it has then, and by no other', async () => {
    const cloud = await startTenantCloud();
    let release = () => {};
    @Injectable()
    class SlowGuard implements CanActivate {
      async canActivate(context: ExecutionContext) {
        const { wait } = context.switchToWs().getData<{ wait?: boolean }>();
        if (wait) await new Promise<void>((resolve) => (release = resolve));
        return true;
      }
    }
    @WebSocketGateway()
    class Gateway {
      constructor(private readonly aspose: AsposeHttpService) {}

      @SubscribeMessage('be')
      be(client: Client, { tenant }: Client) {
        Object.assign(client, { tenant });
        return { event: 'answer', data: tenant ?? 'nobody' };
      }

      @SubscribeMessage('call')
      @UseInterceptors(AsposeTenantInterceptor)
      async call() {
        const data = await tenantIn(this.aspose.get('/call')).catch(
          (error: { code: string }) => error.code,
        );
        return { event: 'answer', data };
      }

      @SubscribeMessage('token')
      @RequireAsposeToken()
      @UseGuards(AsposeTenantGuard, SlowGuard)
      token(@AsposeToken() token: AccessToken) {
        return { event: 'answer', data: token.value };
      }
    }
    const { url } = await nestApp()
      .with(tenantsAt(cloud, { tenantOf: ({ tenant }: Client) => tenant }))
      .declaring({ providers: [Gateway] })
      .prepared((app) => void app.useWebSocketAdapter(new WsAdapter(app)))
      .on(platforms[0])
      .start();
    const client = new WebSocket(url.replace('http:', 'ws:'));
    onTestFinished(() => client.terminate());
    await once(client, 'open');
    const answer = async () => {
      const [message] = (await once(client, 'message')) as [Buffer];
      return (JSON.parse(String(message)) as { data: unknown }).data;
    };
    const send = (event: string, data: object = {}) =>
      client.send(JSON.stringify({ event, data }));
    const ask = (event: string, data?: object) => {
      send(event, data);
      return answer();
    };

    await ask('be', { tenant: 'a' });
    expect(await ask('call', { req: { tenant: 'b' } })).toBe('a');
    send('token', { wait: true });
    expect(await ask('be', { tenant: 'b' })).toBe('b');
    expect(await ask('call')).toBe('b');
    expect(await ask('token')).toMatch(/^b\./);
    release();
    expect(await answer()).toMatch(/^a\./);
    await ask('be', {});
    expect(await ask('call')).toBe(AsposeAuthErrorCode.NO_TENANT);
  });
});
