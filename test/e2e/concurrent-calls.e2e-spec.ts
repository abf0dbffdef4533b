import { setTimeout as delay } from 'node:timers/promises';

import { Controller, Get, Module } from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { AsposeHttpService, RequireAsposeToken } from '../../lib/index.js';
import type { AsposeCloudEmulator } from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { scaled } from '../support/scale.js';

const CALLS = scaled(100, 500);
const STATUS = '/v4.0/cells';

const callsOf = <T>(call: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: CALLS }, (_, index) => call(index)));

describe(`${CALLS} concurrent calls`, { timeout: 30_000 }, () => {
  it('with no token at hand cost one token request', async () => {
    const cloud = await startCloud();
    const { aspose } = await nestApp().overCloud(cloud).start();

    const answers = await callsOf(() => firstValueFrom(aspose.get(STATUS)));

    expect(new Set(answers.map(({ status }) => status))).toStrictEqual(
      new Set([200]),
    );
    expect(cloud.counters).toMatchObject({
      tokenRequests: 1,
      callsWithValidToken: CALLS,
      callsWithInvalidToken: 0,
    });
  });

  it('whose token is unauthorized at once cost one token request, and none fails', async () => {
    const cloud = await startCloud();
    const { aspose, tokens } = await nestApp().overCloud(cloud).start();
    await tokens.getToken();
    cloud.revokeAll();
    cloud.resetCounters();

    const answers = await callsOf(() => firstValueFrom(aspose.get(STATUS)));

    expect(new Set(answers.map(({ data }) => data))).toStrictEqual(
      new Set(['OK']),
    );
    expect(cloud.counters).toMatchObject({
      tokenRequests: 1,
      callsWithValidToken: CALLS,
      callsWithInvalidToken: CALLS,
    });
  });

  it('whose token is unauthorized over 400 ms cost one token request, and none fails', async () => {
    const cloud = await startCloud();
    const { aspose, tokens } = await nestApp().overCloud(cloud).start();
    refuseSlowly(cloud, await tokens.getAuthorizationHeader(), 400);
    cloud.resetCounters();

    const answers = await callsOf((index) =>
      firstValueFrom(aspose.get(`/slow/${index}`)),
    );

    expect(new Set(answers.map(({ data }) => data))).toStrictEqual(
      new Set(['done']),
    );
    expect(cloud.counters.tokenRequests).toBe(1);
    expect(cloud.apiCalls).toHaveLength(2 * CALLS);
  });
});

/** Answers 401 to one token, spread over some time, and 200 to every other. */
function refuseSlowly(
  cloud: AsposeCloudEmulator,
  refused: string,
  spreadMs: number,
): void {
  cloud.route(
    'GET',
    /^\/slow\/\d+$/,
    async (request, response) => {
      if (request.headers.authorization !== refused) {
        response.end('done');
        return;
      }
      const index = Number(request.url?.split('/').at(-1));
      await delay((index / CALLS) * spreadMs);
      response.writeHead(401).end();
    },
    { public: true },
  );
}

@Controller()
class StatusController {
  constructor(private readonly aspose: AsposeHttpService) {}

  @Get('status')
  @RequireAsposeToken()
  async status(): Promise<string> {
    const { data } = await firstValueFrom(this.aspose.get<string>(STATUS));
    return data;
  }
}

@Module({ controllers: [StatusController] })
class StatusModule {}

describe.each(platforms)('An app on $platform', (platform) => {
  it(
    `that ${CALLS} clients ask at once makes one token request`,
    { timeout: 30_000 },
    async () => {
      const cloud = await startCloud();
      const { url } = await nestApp()
        .overCloud(cloud)
        .importing(StatusModule)
        .on(platform)
        .start();

      const answers = await callsOf(async () =>
        (await fetch(`${url}/status`)).text(),
      );

      expect(new Set(answers)).toStrictEqual(new Set(['OK']));
      expect(cloud.counters).toMatchObject({
        tokenRequests: 1,
        callsWithValidToken: CALLS,
      });
    },
  );
});
