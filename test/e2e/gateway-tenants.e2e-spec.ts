import {
  Injectable,
  type CanActivate,
  type ExecutionContext,
  type MiddlewareConsumer,
  Module,
  type NestMiddleware,
  type NestModule,
  RequestMethod,
  type Type,
} from '@nestjs/common';
import { describe, expect, it } from 'vitest';

import {
  AsposeGatewayModule,
  type GatewayOptions,
  type GatewayPolicy,
} from '../../lib/gateway/index.js';
import { AsposeTenantGuard, AsposeTenantMiddleware } from '../../lib/index.js';
import { nestApp } from '../support/nest-app.js';
import { type Platform, platforms } from '../support/platforms.js';
import { startTenantCloud, tenantsAt } from '../support/tenant-cloud.js';

/** Lets in who says who he is. */
@Injectable()
class MemberGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{
      headers: Record<string, string>;
      member?: string | undefined;
    }>();
    request.member = request.headers['x-member'];
    return true;
  }
}

const TENANTS = ['alice', 'bob', 'carol'];
const CALLS_EACH = 100;

const BY_OPTION: Partial<GatewayPolicy> = {
  tenant: ({ member }: { member?: string }) => member,
};

function appliedEverywhere(middleware: Type<NestMiddleware>): Type {
  @Module({})
  class MiddlewareModule implements NestModule {
    configure(consumer: MiddlewareConsumer): void {
      consumer
        .apply(middleware)
        .forRoutes({ path: '{*any}', method: RequestMethod.ALL });
    }
  }
  return MiddlewareModule;
}

async function start(
  platform: Platform,
  policy: Partial<GatewayPolicy>,
  guards: GatewayOptions['guards'] = [MemberGuard],
  middleware?: Type<NestMiddleware>,
) {
  const cloud = await startTenantCloud();
  const { url } = await nestApp()
    .with(tenantsAt(cloud))
    .importing(
      AsposeGatewayModule.forRoot({
        path: 'aspose',
        allow: ['PUT /of/*/*'],
        guards,
        maxConcurrent: TENANTS.length * CALLS_EACH,
        ...policy,
      }),
      ...(middleware ? [appliedEverywhere(middleware)] : []),
    )
    .on(platform)
    .start();
  const put = (tenant: string, headers: Record<string, string>, body: string) =>
    fetch(`${url}/aspose/of/${tenant}/report`, {
      method: 'PUT',
      headers,
      body,
    });
  return { cloud, put };
}

describe.each(platforms)(
  'a gateway on $platform, in an app with tenants',
  (platform) => {
    it.each([
      ['the option tenant', 'x-member', BY_OPTION, [MemberGuard]],
      ['AsposeTenantGuard', 'x-tenant', {}, [MemberGuard, AsposeTenantGuard]],
    ] as const)(
      'has the token of the tenant that %s reads',
      async (_, header, policy, guards) => {
        const { cloud, put } = await start(platform, policy, [...guards]);

        const answers = await Promise.all(
          TENANTS.flatMap((tenant) =>
            Array.from({ length: CALLS_EACH }, async (_, index) => {
              // A large body is a stream, and waits for a token that is valid for longer.
              const bytes = index % 10 === 0 ? 100_000 : 10;
              const answer = await put(
                tenant,
                { [header]: tenant },
                'x'.repeat(bytes),
              );
              return [
                answer.status,
                await answer.json(),
                { tenant, received: bytes },
              ];
            }),
          ),
        );

        expect(answers).toEqual(
          answers.map(([, , expected]) => [200, expected, expected]),
        );
        expect(cloud.foreign).toEqual([]);
        expect(cloud.tokenRequests.toSorted()).toEqual(TENANTS);
      },
    );

    it('has the token of the tenant that AsposeTenantMiddleware reads', async () => {
      const { cloud, put } = await start(
        platform,
        {},
        [MemberGuard],
        AsposeTenantMiddleware,
      );

      const answer = await put('bob', { 'x-tenant': 'bob' }, 'x');

      expect(await answer.json()).toEqual({ tenant: 'bob', received: 1 });
      expect(cloud.foreign).toEqual([]);
    });

    it.each([
      ['the option tenant', BY_OPTION],
      ['nothing', {}],
    ])('has no token where %s tells of no tenant', async (_, policy) => {
      const { cloud, put } = await start(platform, policy);

      const answer = await put('bob', {}, 'x');

      expect(answer.status).toBe(500);
      expect(cloud.calls).toEqual([]);
      expect(cloud.unauthorizedCalls).toEqual([]);
      expect(cloud.tokenRequests).toEqual([]);
    });
  },
);
