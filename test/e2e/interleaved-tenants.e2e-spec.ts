import {
  Body,
  Controller,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  Post,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import {
  AsposeAuthExceptionFilter,
  AsposeHttpService,
  AsposeTenantMiddleware,
} from '../../lib/index.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { scaled } from '../support/scale.js';
import { startTenantCloud, tenantsAt } from '../support/tenant-cloud.js';

const REQUESTS = scaled(2_000, 100_000);
const IN_FLIGHT = 50;
const TENANTS = Array.from({ length: 50 }, (_, n) => `tenant-${n}`);
const BANNED = 'tenant-7';

@Controller()
class CallController {
  constructor(private readonly aspose: AsposeHttpService) {}

  @Post()
  async call(@Body() { as }: { as: 'json' | 'form' }): Promise<string> {
    const form = new FormData();
    form.append('file', new Blob(['x'.repeat(1_000)]), 'a.xlsx');
    const body = as === 'form' ? form : { cell: 'A1' };
    const call = this.aspose.post<{ tenant: string }>(`/${as}`, body);
    return (await firstValueFrom(call)).data.tenant;
  }
}

@Module({})
class TenantModule implements NestModule {
  configure(consumer: MiddlewareConsumer) {
    consumer.apply(AsposeTenantMiddleware).forRoutes('{*path}');
  }
}

describe.each(platforms)('On $platform', (platform) => {
  it(
    'fifty tenants that call at once get no token but their own, and none fails because of another',
    async () => {
      const cloud = await startTenantCloud();
      cloud.refused.add(BANNED);
      const { url } = await nestApp()
        .with(tenantsAt(cloud))
        .importing(TenantModule)
        .declaring({
          controllers: [CallController],
          providers: [
            { provide: APP_FILTER, useExisting: AsposeAuthExceptionFilter },
          ],
        })
        .on(platform)
        .start();
      const wrong: string[] = [];
      let sent = 0;
      const ask = async (): Promise<void> => {
        for (let n = sent; n < REQUESTS; n = sent) {
          sent += 1;
          const tenant = TENANTS[(n * 7) % TENANTS.length]!;
          // Once for each tenant: a second renewal within 30 s would be held.
          if (n >= REQUESTS / 2 && n < REQUESTS / 2 + TENANTS.length)
            cloud.revoke(tenant);
          const response = await fetch(url, {
            method: 'POST',
            headers: { 'x-tenant': tenant, 'content-type': 'application/json' },
            body: JSON.stringify({ as: n % 2 === 0 ? 'json' : 'form' }),
          });
          const text = await response.text();
          const isRight =
            tenant === BANNED
              ? [502, 503].includes(response.status)
              : response.status === 201 && text === tenant;
          if (!isRight) wrong.push(`${tenant}: ${response.status} ${text}`);
        }
      };

      await Promise.all(Array.from({ length: IN_FLIGHT }, ask));

      expect(wrong).toEqual([]);
      expect(cloud.calls).toHaveLength(
        (REQUESTS * (TENANTS.length - 1)) / TENANTS.length,
      );
      const requestsOf = (tenant: string) =>
        cloud.tokenRequests.filter((id) => id === tenant).length;
      expect(requestsOf(BANNED)).toBe(1);
      for (const tenant of TENANTS.filter((one) => one !== BANNED))
        expect(requestsOf(tenant)).toBe(2);
    },
    scaled(60_000, 600_000),
  );
});
