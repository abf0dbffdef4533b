import {
  type CanActivate,
  Controller,
  Get,
  Injectable,
  Module,
  UseInterceptors,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createObserveModule } from '@nestjs/observe';
import { TerminusModule } from '@nestjs/terminus';
import axios from 'axios';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';

import {
  AsposeAuthExceptionFilter,
  AsposeAuthInterceptor,
  AsposeAuthModule,
  AsposeClients,
  type AsposeFetch,
  AsposeHttpService,
  AsposeTenantGuard,
  AsposeTenantInterceptor,
  AsposeTenantMiddleware,
  AsposeTenants,
  AsposeTokenGuard,
  AsposeTokenService,
  attachAsposeToken,
  getAsposeFetchToken,
  getAsposeTokensToken,
  RequireAsposeToken,
  TokenClock,
  TokenSource,
} from '../../lib/index.js';
import {
  AsposeTokenEndpointEvents,
  AsposeTokenEndpointModule,
} from '../../lib/endpoint/index.js';
import { AsposeConsoleModule } from '../../lib/console/index.js';
import { AsposeTelemetryModule } from '../../lib/opentelemetry/index.js';
import {
  AsposeHealthIndicator,
  AsposeHealthModule,
} from '../../lib/terminus/index.js';
import { answering } from '../../lib/testing/emulator/api-routes.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { startSite } from '../support/loopback-site.js';

type Decorator = (instance: unknown) => unknown;

/** Puts a proxy around each provider. */
const proxied =
  (handler: ProxyHandler<object>): Decorator =>
  (instance) =>
    typeof instance === 'object' && instance !== null
      ? new Proxy(instance, handler)
      : instance;

/** What `@nestjs/observe` instruments providers by, and the module that it needs. */
async function observing() {
  // Where it reports to; as in its other settings, nothing leaves this machine.
  const { url } = await startSite((_request, response) => response.end('{}'));
  const { ObserveModule, ObserveInstrument } = createObserveModule();
  const module = ObserveModule.forRoot({
    appKey: 'key',
    appSecret: 'secret',
    serviceId: 'aspose',
    endpoint: url,
  });
  const decorate: Decorator = (instance) =>
    ObserveInstrument?.instanceDecorator?.(instance);
  return { decorate, imports: [module] };
}

const WAYS = [
  [
    'a proxy that every method is called on',
    () => ({ decorate: proxied({}), imports: [] }),
  ],
  [
    'a proxy that calls methods on what is behind it',
    () => ({
      decorate: proxied({
        get: (target, key, proxy) => {
          const member: unknown = Reflect.get(target, key, proxy);
          if (typeof member !== 'function' || key === 'constructor')
            return member;
          return (...args: unknown[]): unknown =>
            Reflect.apply(member, target, args);
        },
      }),
      imports: [],
    }),
  ],
  ['@nestjs/observe', observing],
] as const;

@Injectable()
class OpenGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

@Controller()
class ReportController {
  constructor(private readonly aspose: AsposeHttpService) {}

  @Get('guarded')
  @RequireAsposeToken()
  @UseInterceptors(AsposeAuthInterceptor)
  async guarded(): Promise<unknown> {
    return (await firstValueFrom(this.aspose.get<unknown>('/disc'))).data;
  }
}

/** Members that a class has itself or inherits, up to those of objects in general. */
function membersOf(instance: object): string[] {
  const members = new Set<string>();
  for (
    let prototype: object | null = instance;
    prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  )
    for (const name of Object.getOwnPropertyNames(prototype)) members.add(name);
  return [...members].filter((name) => name !== 'constructor');
}

describe.each(WAYS)('Behind %s', (_, way) => {
  const started = async () => {
    const cloud = await startCloud();
    cloud.route('GET', '/disc', answering({ status: 200, body: { Used: 1 } }));
    const { decorate, imports } = await way();
    @Module({
      imports: [
        ...imports,
        AsposeAuthModule.forRoot(optionsFor(cloud)),
        AsposeAuthModule.forRoot({
          name: 'customers',
          baseUrl: cloud.url,
          tenants: {
            credentials: () => ({
              clientId: cloud.clientId,
              clientSecret: cloud.clientSecret,
            }),
          },
        }),
        AsposeTokenEndpointModule.forRoot({
          mode: 'broker',
          guards: [OpenGuard],
        }),
        TerminusModule,
        AsposeHealthModule,
        AsposeTelemetryModule.forRoot(),
        AsposeConsoleModule.forRoot({ guards: [OpenGuard] }),
      ],
      controllers: [ReportController],
      providers: [AsposeTenantMiddleware],
    })
    class AppModule {}
    const app = await NestFactory.create(AppModule, {
      logger: false,
      abortOnError: false,
      forceCloseConnections: true,
      instrument: { instanceDecorator: decorate },
    });
    await app.listen(0, '127.0.0.1');
    onTestFinished(() => app.close());
    return { app, cloud, url: await app.getUrl() };
  };

  it('an app boots, calls, guards, serves tokens and tells its health', async () => {
    const { app, cloud, url } = await started();
    const tenants = app.get(AsposeTenants);
    const customers = app.get<AsposeTokenService>(
      getAsposeTokensToken('customers'),
    );
    const fetchAspose = app.get<AsposeFetch>(getAsposeFetchToken());

    const guarded = await fetch(`${url}/guarded`);
    const fetched = await fetchAspose('/disc');
    const served = await fetch(`${url}/v4.0/cells/connect/token`, {
      method: 'POST',
    });
    const page = await fetch(`${url}/aspose-console`);
    const ofTenant = await tenants.run('acme', () => customers.getToken());

    expect(await guarded.json()).toEqual({ Used: 1 });
    expect(await fetched.json()).toEqual({ Used: 1 });
    expect(served.status).toBe(200);
    expect(page.status).toBe(200);
    expect(ofTenant.lifetimeMs).toBeGreaterThan(0);
    expect(
      await app.get(AsposeHealthIndicator).isHealthy('aspose'),
    ).toMatchObject({ aspose: { status: 'up' } });
    expect(cloud.counters.callsWithoutToken).toBe(0);
  });

  it('every public member of what is injected can be used', async () => {
    const { app } = await started();
    const broken: string[] = [];
    for (const token of [
      AsposeTokenService,
      TokenSource,
      AsposeHttpService,
      AsposeClients,
      AsposeTenants,
      AsposeTenantGuard,
      AsposeTenantInterceptor,
      AsposeTenantMiddleware,
      AsposeTokenGuard,
      AsposeAuthInterceptor,
      AsposeAuthExceptionFilter,
      AsposeTokenEndpointEvents,
      AsposeHealthIndicator,
      TokenClock,
    ]) {
      const instance = app.get<Record<string, unknown>>(token);
      for (const name of membersOf(instance))
        try {
          const member = instance[name];
          if (typeof member !== 'function') continue;
          // Most want other arguments, and say so; none may stumble over the proxy.
          const result: unknown = Reflect.apply(member, instance, [
            'acme',
            () => {},
          ]);
          void Promise.resolve(result).catch(note);
        } catch (error) {
          note(error);
        }
      function note(error: unknown): void {
        if (/private|receiver/i.test(String(error)))
          broken.push(`${token.name}: ${String(error)}`);
      }
    }
    await new Promise((resolve) => setImmediate(resolve));

    expect(broken).toEqual([]);
  });

  it('no axios instance that a token was attached to sends it once the app is closed', async () => {
    const { app, cloud } = await started();
    const instance = axios.create();
    attachAsposeToken(instance, app.get(AsposeTokenService));
    await instance.get(`${cloud.url}/disc`);

    await app.close();
    await instance.get(`${cloud.url}/disc`).catch(() => 'closed');

    expect(cloud.counters.callsWithValidToken).toBe(1);
  });
});
