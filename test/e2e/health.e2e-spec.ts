import { Controller, Get, Module } from '@nestjs/common';
import {
  HealthCheck,
  HealthCheckService,
  TerminusModule,
} from '@nestjs/terminus';
import { describe, expect, it } from 'vitest';

import {
  AsposeAuthModule,
  AsposeTenants,
  AsposeTokenService,
} from '../../lib/index.js';
import {
  AsposeHealthIndicator,
  AsposeHealthModule,
  type AsposeHealthOptions,
} from '../../lib/terminus/index.js';
import { ManualTokenClock } from '../../lib/testing/index.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { eventually } from '../support/eventually.js';
import { leaksIn } from '../support/leaks.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { rejectionOf } from '../support/rejection.js';
import { startTenantCloud, tenantsAt } from '../support/tenant-cloud.js';

const DAY_MS = 86_400_000;

@Controller()
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly aspose: AsposeHealthIndicator,
  ) {}

  @Get('readyz')
  @HealthCheck()
  check() {
    return this.health.check([() => this.aspose.isHealthy('aspose')]);
  }
}

async function started(options?: AsposeHealthOptions) {
  const cloud = await startCloud();
  const clock = new ManualTokenClock();
  const [platform] = platforms;
  const { url, tokens, events } = await nestApp()
    .with({ ...optionsFor(cloud), retry: { attempts: 1 } })
    .timedBy(clock)
    .importing(
      TerminusModule,
      options === undefined
        ? AsposeHealthModule
        : AsposeHealthModule.forRoot(options),
    )
    .declaring({ controllers: [HealthController] })
    .on(platform)
    .start();
  const probe = async () => {
    const answer = await fetch(`${url}/readyz`);
    const body = (await answer.json()) as {
      status: string;
      details: { aspose: object };
    };
    return { code: answer.status, body };
  };
  return { cloud, clock, tokens, events, probe };
}

describe('A readiness probe', () => {
  it('is up before the first token, and with one', async () => {
    const { tokens, probe } = await started();
    expect(await probe()).toMatchObject({
      code: 200,
      body: {
        status: 'ok',
        details: { aspose: { status: 'up', runwaySeconds: 0 } },
      },
    });

    await tokens.getToken();

    expect((await probe()).body).toEqual({
      status: 'ok',
      info: { aspose: { status: 'up', runwaySeconds: 86_399 } },
      error: {},
      details: { aspose: { status: 'up', runwaySeconds: 86_399 } },
    });
  });

  it('is degraded while renewals fail, and up again', async () => {
    const { cloud, clock, tokens, events, probe } = await started();
    await tokens.getToken();
    await clock.advance(0.81 * DAY_MS);
    cloud.failNext({ kind: 'html' });
    await tokens.getToken();
    await eventually(() => expect(events.at(-1)?.type).toBe('refresh-failed'));

    expect(await probe()).toMatchObject({
      code: 200,
      body: {
        status: 'degraded',
        details: {
          aspose: {
            status: 'degraded',
            runwaySeconds: 16_415,
            holdSeconds: 1,
            reason: 'ASPOSE_AUTH_TOKEN_ENDPOINT_FAILED',
          },
        },
      },
    });

    await clock.advance(60_000);
    await tokens.getToken();
    await eventually(() => expect(events.at(-1)?.type).toBe('refreshed'));
    expect((await probe()).body.status).toBe('ok');
  });

  it('is down while refused credentials may not be tried, and lets the next call try', async () => {
    const { cloud, clock, tokens, probe } = await started();
    cloud.failNext({ kind: 'refuse' });
    await rejectionOf(tokens.getToken());

    const down = await probe();
    await clock.advance(59_999);
    expect((await probe()).code).toBe(503);
    await clock.advance(1);
    const after = await probe();

    expect(down).toMatchObject({
      code: 503,
      body: {
        status: 'error',
        error: {
          aspose: {
            status: 'down',
            runwaySeconds: 0,
            holdSeconds: 60,
            reason: 'ASPOSE_AUTH_CREDENTIALS_REFUSED',
          },
        },
      },
    });
    expect(leaksIn(down, { id: cloud.clientId, url: cloud.url })).toEqual([]);
    expect(after).toMatchObject({
      code: 200,
      body: {
        status: 'degraded',
        info: { aspose: { reason: 'ASPOSE_AUTH_CREDENTIALS_REFUSED' } },
      },
    });
  });

  it('takes a replica in again by itself, however often its credentials were refused', async () => {
    const { cloud, clock, tokens, probe } = await started();
    cloud.failNext({ kind: 'refuse' }, { times: 4 });

    // Nobody calls a replica that is down: it must not wait for a call to be up again.
    for (const holdSeconds of [60, 120, 240]) {
      await rejectionOf(tokens.getToken());
      expect(await probe()).toMatchObject({
        code: 503,
        body: { error: { aspose: { status: 'down', holdSeconds } } },
      });
      await clock.advance(holdSeconds * 1_000);
      expect((await probe()).code).toBe(200);
    }
    cloud.heal();
    await tokens.getToken();

    expect((await probe()).body.status).toBe('ok');
  });

  it('is down without a token, if the app says so', async () => {
    const { tokens, probe } = await started({ failWithoutToken: true });
    expect((await probe()).code).toBe(503);

    await tokens.getToken();

    expect((await probe()).code).toBe(200);
  });

  it('asks the token endpoint for nothing, ten thousand times', async () => {
    const cloud = await startCloud();
    const { app } = await nestApp()
      .overCloud(cloud)
      .importing(TerminusModule, AsposeHealthModule)
      .start();
    const indicator = app.get(AsposeHealthIndicator);
    for (let i = 0; i < 10_000; i += 1) await indicator.isHealthy('aspose');

    expect(cloud.counters.tokenRequests).toBe(0);
  });

  it('settles within the microtasks of its call', async () => {
    const cloud = await startCloud();
    const { app } = await nestApp()
      .overCloud(cloud)
      .importing(TerminusModule, AsposeHealthModule)
      .start();
    const order: string[] = [];
    setImmediate(() => order.push('turn'));
    process.nextTick(() => order.push('tick'));
    const probed = app
      .get(AsposeHealthIndicator)
      .isHealthy('aspose')
      .then(() => order.push('probe'));
    for (let i = 0; i < 3; i += 1) await Promise.resolve();

    expect(order).toEqual(['probe']);
    await probed;
  });
});

describe('AsposeHealthIndicator', () => {
  it('tells of a client by its name', async () => {
    const cloud = await startCloud();
    const { app } = await nestApp()
      .overCloud(cloud)
      .importing(
        AsposeAuthModule.forRoot({ ...optionsFor(cloud), name: 'reports' }),
        TerminusModule,
        AsposeHealthModule,
      )
      .start();

    await expect(
      app
        .get(AsposeHealthIndicator)
        .isHealthy('reports', { client: 'reports' }),
    ).resolves.toStrictEqual({
      reports: { status: 'up', runwaySeconds: 0, client: 'reports' },
    });
  });

  it('lists the clients that there are, if it is asked for another', async () => {
    const cloud = await startCloud();
    const { app } = await nestApp()
      .overCloud(cloud)
      .importing(AsposeHealthModule)
      .start();

    expect(
      await rejectionOf(
        app.get(AsposeHealthIndicator).isHealthy('x', { client: 'reprots' }),
      ),
    ).toMatchObject({
      code: 'ASPOSE_AUTH_UNKNOWN_CLIENT',
      message: expect.stringContaining('The app has the one without a name'),
    });
  });

  it('finds clients that are not global', async () => {
    const cloud = await startCloud();
    @Module({
      imports: [
        AsposeAuthModule.forRoot({ ...optionsFor(cloud), isGlobal: false }),
      ],
    })
    class ReportModule {}
    const module = await nestApp()
      .importing(ReportModule, AsposeHealthModule)
      .compile();

    await expect(
      module.get(AsposeHealthIndicator).isHealthy('aspose'),
    ).resolves.toMatchObject({ aspose: { status: 'up' } });
  });

  it('tells of the current tenant, and is up where none is current', async () => {
    const cloud = await startTenantCloud();
    cloud.refused.add('acme');
    const { app, tokens } = await nestApp()
      .with(tenantsAt(cloud))
      .importing(TerminusModule, AsposeHealthModule)
      .start();
    const tenants = app.get(AsposeTenants);
    const indicator = app.get(AsposeHealthIndicator);
    await rejectionOf(tenants.run('acme', () => tokens.getToken()));

    expect(await indicator.isHealthy('aspose')).toEqual({
      aspose: { status: 'up' },
    });
    expect(
      await tenants.run('acme', () => indicator.isHealthy('aspose')),
    ).toMatchObject({
      aspose: { status: 'down', reason: 'ASPOSE_AUTH_CREDENTIALS_REFUSED' },
    });
  });

  it('is up with tokens that a test put in place', async () => {
    const cloud = await startCloud();
    const { app } = await nestApp()
      .overCloud(cloud)
      .importing(AsposeHealthModule)
      .overriding(AsposeTokenService, { getToken: () => {} })
      .start();

    await expect(
      app.get(AsposeHealthIndicator).isHealthy('aspose'),
    ).resolves.toEqual({ aspose: { status: 'up' } });
  });
});

describe('Where no Terminus says that it knows better', () => {
  const refusing = async () => {
    const cloud = await startCloud();
    cloud.failNext({ kind: 'refuse' });
    const { app, tokens } = await nestApp()
      .overCloud(cloud)
      .importing(AsposeHealthModule)
      .start();
    await rejectionOf(tokens.getToken());
    return app.get(AsposeHealthIndicator);
  };

  it('down is thrown, as Terminus 10 and 11 expect', async () => {
    const indicator = await refusing();

    expect(await rejectionOf(indicator.isHealthy('aspose'))).toMatchObject({
      isHealthCheckError: true,
      message: 'aspose is down',
      causes: { aspose: { status: 'down', runwaySeconds: 0 } },
    });
  });

  it('degraded is up, with a mark', async () => {
    const cloud = await startCloud();
    cloud.failNext({ kind: 'reset' });
    const { app, tokens } = await nestApp()
      .with({ ...optionsFor(cloud), retry: { attempts: 1 } })
      .importing(AsposeHealthModule)
      .start();
    await rejectionOf(tokens.getToken());

    await expect(
      app.get(AsposeHealthIndicator).isHealthy('aspose'),
    ).resolves.toMatchObject({ aspose: { status: 'up', degraded: true } });
  });
});

describe('AsposeHealthModule.forRoot', () => {
  it('lists every problem with its options', () => {
    expect(() =>
      AsposeHealthModule.forRoot({
        failWithoutTokens: true,
        failWithoutToken: 'yes',
        runwayMs: -1,
      } as never),
    ).toThrow(
      'AsposeHealthModule cannot start:\n' +
        '  - failWithoutTokens is not an option. The options are failWithoutToken, runwayMs.\n' +
        '  - failWithoutToken must be a boolean, not string.\n' +
        '  - runwayMs must be a number from 0 up.',
    );
    expect(() => AsposeHealthModule.forRoot(null as never)).toThrow(
      'The options must be an object, not null.',
    );
  });
});
