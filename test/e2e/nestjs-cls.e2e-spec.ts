import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';

import {
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
} from '@nestjs/common';
import type { ClsModuleOptions } from 'nestjs-cls';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import {
  type AccessToken,
  AsposeAuthErrorCode,
  AsposeAuthModule,
  AsposeHttpService,
  AsposeTenants,
  AsposeToken,
  RequireAsposeToken,
} from '../../lib/index.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { rejectionOf } from '../support/rejection.js';
import { startTenantCloud, type TenantCloud } from '../support/tenant-cloud.js';

type NestjsCls = typeof import('nestjs-cls');

/** The options of `ClsModule` that say who sets the tenant up. */
type Setter = Pick<ClsModuleOptions, 'middleware' | 'guard' | 'interceptor'>;

/** Version 7 asks for Node 22. */
const HAS_VERSION_7 = Number.parseInt(process.versions.node) >= 22;

const VERSIONS = [
  { version: 6, load: () => import('nestjs-cls') },
  ...(HAS_VERSION_7
    ? [
        {
          version: 7,
          load: async () =>
            (await import('nestjs-cls-7')) as unknown as NestjsCls,
        },
      ]
    : []),
];

const tenantOf = ({ headers }: IncomingMessage) => headers['x-tenant'];

const requestIn = (context: ExecutionContext) =>
  context.switchToHttp().getRequest<IncomingMessage>();

const SETTERS = {
  middleware: {
    middleware: {
      mount: true,
      setup: (cls, request: IncomingMessage) =>
        cls.set('tenant', tenantOf(request)),
    },
  },
  'a guard': {
    guard: {
      mount: true,
      setup: (cls, context) => cls.set('tenant', tenantOf(requestIn(context))),
    },
  },
  'an interceptor': {
    interceptor: {
      mount: true,
      setup: (cls, context) => cls.set('tenant', tenantOf(requestIn(context))),
    },
  },
} satisfies Record<string, Setter>;

@Controller()
class ReportController {
  constructor(private readonly aspose: AsposeHttpService) {}

  @Get()
  report(): Promise<string> {
    return tenantAt(this.aspose);
  }
}

@Controller()
class RequiringController {
  @Get('token')
  @RequireAsposeToken()
  token(@AsposeToken() token: AccessToken): string {
    return token.value;
  }
}

async function tenantAt(aspose: AsposeHttpService): Promise<string> {
  const call = aspose.get<{ tenant: string }>('/call');
  return (await firstValueFrom(call)).data.tenant;
}

describe.each(VERSIONS)('nestjs-cls $version', ({ load }) => {
  const appWith = async (setter: Setter) => {
    const { ClsModule, ClsService } = await load();
    const cloud = await startTenantCloud();
    return {
      cloud,
      ClsService,
      app: nestApp()
        .importing(
          ClsModule.forRoot({ global: true, ...setter }),
          registration(ClsService, cloud),
        )
        .declaring({ controllers: [ReportController] }),
    };
  };

  describe.each(platforms)('on $platform', (platform) => {
    it.each(Object.entries<Setter>(SETTERS))(
      'tells the tenant of each of many requests at once, as set up by %s',
      async (_, setter) => {
        const { app, cloud } = await appWith(setter);
        const { url } = await app.on(platform).start();
        const tenants = Array.from({ length: 60 }, (_, n) => `tenant-${n % 6}`);

        const answers = await Promise.all(
          tenants.map(async (tenant) => {
            const headers = { 'x-tenant': tenant };
            return (await fetch(url, { headers })).text();
          }),
        );

        expect(answers).toEqual(tenants);
        expect(new Set(cloud.tokenRequests)).toEqual(new Set(tenants));
        expect(cloud.tokenRequests).toHaveLength(6);
      },
    );

    it.each(['middleware', 'a guard'] as const)(
      'tells it to @RequireAsposeToken(), as set up by %s',
      async (name) => {
        const { app } = await appWith(SETTERS[name]);
        const { url } = await app
          .declaring({ controllers: [RequiringController] })
          .on(platform)
          .start();
        const headers = { 'x-tenant': 'a' };

        const answer = await fetch(`${url}/token`, { headers });

        expect(await answer.text()).toBe('a.1');
      },
    );

    it('tells of none in a request of no tenant', async () => {
      const { app, cloud } = await appWith(SETTERS.middleware);
      const { url } = await app.on(platform).start();

      expect((await fetch(url)).status).toBe(500);
      expect(cloud.tokenRequests).toEqual([]);
    });
  });

  it('tells of none where its context is lost, and the error says what to do', async () => {
    const { app, cloud, ClsService } = await appWith({});
    const { app: started, aspose } = await app.start();
    const cls = started.get(ClsService);
    const bus = new EventEmitter();
    const heard = new Promise((resolve) => {
      bus.on('report', () => resolve(rejectionOf(tenantAt(aspose))));
    });
    const queue: (() => Promise<unknown>)[] = [];

    await cls.run(async () => {
      cls.set('tenant', 'a');
      expect(await tenantAt(aspose)).toBe('a');
      queue.push(() => rejectionOf(tenantAt(aspose)));
    });
    bus.emit('report');

    for (const error of [await heard, await queue[0]!()])
      expect(error).toMatchObject({
        code: AsposeAuthErrorCode.NO_TENANT,
        message:
          'No tenant is current, so no token can be chosen. Call Aspose inside AsposeTenants.run(id, …), with the tokens of AsposeTenants.for(id), or where the option tenants.currentTenant returns an id: here it returned none.',
      });
    expect(cloud.tokenRequests).toEqual(['a']);
  });

  it('is overruled by AsposeTenants.run()', async () => {
    const { app, ClsService } = await appWith({});
    const { app: started, aspose } = await app.start();
    const cls = started.get(ClsService);

    const tenant = await cls.run(() => {
      cls.set('tenant', 'a');
      return started.get(AsposeTenants).run('b', () => tenantAt(aspose));
    });

    expect(tenant).toBe('b');
  });
});

@Injectable()
class AccountService {
  asposeCredentials(account: string) {
    return { clientId: account, clientSecret: 'of-tenant' };
  }
}

@Module({ providers: [AccountService], exports: [AccountService] })
class AccountModule {}

/** The registration of docs/tenants.md, at a cloud. */
function registration(
  ClsService: NestjsCls['ClsService'],
  { url }: TenantCloud,
) {
  type ClsService = InstanceType<NestjsCls['ClsService']>;
  return AsposeAuthModule.forRootAsync({
    imports: [AccountModule],
    inject: [ClsService, AccountService],
    useFactory: (cls: ClsService, accounts: AccountService) => ({
      baseUrl: url,
      tenants: {
        currentTenant: () => cls.get('tenant'),
        credentials: (account) => accounts.asposeCredentials(account),
      },
    }),
  });
}
