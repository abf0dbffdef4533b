import {
  Controller,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  Param,
  Post,
  Req,
  UseInterceptors,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import {
  AsposeAuthExceptionFilter,
  AsposeHttpService,
  AsposeTenantMiddleware,
} from '../../lib/index.js';
import { HastyTokenClock } from '../support/hasty-token-clock.js';
import { nestApp } from '../support/nest-app.js';
import { type Platform, platforms } from '../support/platforms.js';
import { form, json, poster } from '../support/post.js';
import { scaled } from '../support/scale.js';
import {
  startTenantCloud,
  type TenantCloud,
  tenantsAt,
} from '../support/tenant-cloud.js';
import {
  acceptUploads,
  uploadInterceptor,
  type UploadRequest,
} from '../support/uploads.js';

/** Of each platform: five thousand in all, or a hundred thousand. */
const REQUESTS = scaled(2_500, 50_000);
const IN_FLIGHT = 50;
/** The token of one tenant after the other is revoked, each once in {@link ROUND} requests. */
const ROUND = 2_450;
/** More than 30 s a round: a renewal that follows another one sooner would count as useless. */
const MS_PER_REQUEST = 16;
/** How many calls of others come before a renewed token. */
const OVERTAKING = 100;

/** Its credentials are refused. */
const BANNED = 'tenant-7';
/** Its API answers 401, whatever the token. */
const SUSPENDED = 'tenant-23';
/** The answer to its token request does not come before all others are through. */
const SILENT = 'tenant-49';
const TENANTS = Array.from({ length: 49 }, (_, n) => `tenant-${n}`);
const GOOD = TENANTS.filter((one) => one !== BANNED && one !== SUSPENDED);

/** Takes JSON or a file, and sends JSON or a file on. */
function reports(platform: Platform) {
  @Controller('of/:tenant')
  @UseInterceptors(uploadInterceptor(platform))
  class ReportController {
    constructor(private readonly aspose: AsposeHttpService) {}

    @Post(':as')
    async send(
      @Param() { tenant, as }: { tenant: string; as: string },
      @Req() { body, file }: UploadRequest & { body: object },
    ): Promise<string> {
      const upload = new FormData();
      upload.append('file', new Blob([file?.buffer ?? 'x']), 'a.xlsx');
      const call = this.aspose.post<{ tenant: string }>(
        `/of/${tenant}/${as}`,
        as === 'form' ? upload : { ...body },
      );
      return (await firstValueFrom(call)).data.tenant;
    }
  }
  return ReportController;
}

@Module({})
class TenantModule implements NestModule {
  configure(consumer: MiddlewareConsumer) {
    consumer.apply(AsposeTenantMiddleware).forRoutes('{*path}');
  }
}

async function start(platform: Platform) {
  const clock = new HastyTokenClock(1);
  const cloud = await startTenantCloud();
  const { url } = await nestApp()
    .with({
      ...tenantsAt(cloud),
      timeouts: { attemptMs: 900_000, flightMs: 900_000 },
    })
    .importing(TenantModule)
    .declaring({
      controllers: [reports(platform)],
      providers: [
        { provide: APP_FILTER, useExisting: AsposeAuthExceptionFilter },
      ],
    })
    .timedBy(clock)
    .prepared(acceptUploads)
    .on(platform)
    .start();
  const post = poster();
  const bodies = [json({ cell: 'A1' }), form('x'.repeat(1_000))];
  /** Comes as JSON or a file, and goes on as JSON or a file: the four by turns. */
  const ask = (tenant: string, n: number) => {
    const as = n % 4 < 2 ? 'json' : 'form';
    const headers = { 'x-tenant': tenant };
    return post(`${url}/of/${tenant}/${as}`, bodies[n % 2]!, headers);
  };
  return { cloud, clock, ask };
}

/**
 * Holds the answers to token requests back, such that who waits for another tenant waits for ever: first tokens come once all
 * tenants have asked, renewed ones after some calls of others.
 */
function holdTokens(cloud: TenantCloud) {
  const { promise: silence, resolve: endSilence } = withResolvers();
  const { promise: allHaveAsked, resolve: begin } = withResolvers();
  const asked = new Set<string>();
  cloud.beforeToken = (tenant) => {
    if (tenant === SILENT) return silence;
    if (!GOOD.includes(tenant)) return undefined;
    if (asked.has(tenant)) return cloud.moreCalls(OVERTAKING);
    asked.add(tenant);
    if (asked.size === GOOD.length) begin();
    return allHaveAsked;
  };
  return { endSilence };
}

function withResolvers() {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

describe.each(platforms)('On $platform', (platform) => {
  it(
    'fifty tenants that call at once get no token but their own, and none fails or waits because of another',
    async () => {
      const { cloud, clock, ask } = await start(platform);
      const { endSilence } = holdTokens(cloud);
      cloud.refused.add(BANNED);
      cloud.suspended.add(SUSPENDED);
      const revoked: string[] = [];
      const wrong: string[] = [];
      let sent = 0;
      let inFlight = 0;
      let leastInFlight = IN_FLIGHT;
      const interleave = async (): Promise<void> => {
        for (let n = sent; n < REQUESTS; n = sent) {
          sent += 1;
          inFlight += 1;
          if (n >= IN_FLIGHT) leastInFlight = Math.min(leastInFlight, inFlight);
          clock.shift(MS_PER_REQUEST);
          if (n % (ROUND / TENANTS.length) === 0 && isMidway(n)) {
            const tenant = TENANTS[revoked.length % TENANTS.length]!;
            cloud.revoke(tenant);
            revoked.push(tenant);
          }
          const tenant = TENANTS[n % TENANTS.length]!;
          const { status, body } = await ask(tenant, n);
          const isRight = GOOD.includes(tenant)
            ? status === 201 && body === tenant
            : [502, 503].includes(status);
          if (!isRight) wrong.push(`${tenant}: ${status} ${body}`);
          inFlight -= 1;
        }
      };
      let heardBySilent = 0;
      const ofSilent = Array.from({ length: 20 }, async (_, n) => {
        const answer = await ask(SILENT, n);
        heardBySilent += 1;
        return answer;
      });

      await Promise.all(Array.from({ length: IN_FLIGHT }, interleave));

      expect(wrong).toEqual([]);
      expect(cloud.foreign).toEqual([]);
      expect(leastInFlight).toBe(IN_FLIGHT);
      expect(heardBySilent).toBe(0);
      endSilence();
      expect(await Promise.all(ofSilent)).toEqual(
        ofSilent.map(() => ({ status: 201, body: SILENT })),
      );
      const times = (tenant: string, all: readonly string[]) =>
        all.filter((one) => one === tenant).length;
      for (const tenant of GOOD)
        expect(times(tenant, cloud.tokenRequests)).toBe(
          1 + times(tenant, revoked),
        );
      expect(times(SILENT, cloud.tokenRequests)).toBe(1);
      expect(times(BANNED, cloud.tokenRequests)).toBeLessThanOrEqual(4);
    },
    scaled(300_000, 1_800_000),
  );
});

/** Not while tokens are awaited first, nor so late that too few calls follow. */
function isMidway(n: number): boolean {
  return n >= ROUND / 2 && n < REQUESTS - ROUND / 5;
}
