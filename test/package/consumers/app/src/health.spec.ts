import { readFileSync } from 'node:fs';

import { Test } from '@nestjs/testing';
import {
  AsposeAuthModule,
  AsposeTokenService,
  TokenClock,
} from 'nestjs-aspose-auth';
import {
  AsposeCloudEmulator,
  ManualTokenClock,
} from 'nestjs-aspose-auth/testing';

import { platforms } from './app.platforms.js';
import { HealthModule } from './health.module.js';

const { version } = JSON.parse(
  readFileSync('node_modules/@nestjs/terminus/package.json', 'utf8'),
) as { version: string };
const knowsDegraded = Number(version.split('.')[0]) >= 12;

describe(`a probe of Terminus ${version}`, () => {
  it('is up, degraded and down, and asks the token endpoint for nothing', async () => {
    const cloud = await AsposeCloudEmulator.start();
    const clock = new ManualTokenClock();
    const module = await Test.createTestingModule({
      imports: [
        AsposeAuthModule.forRoot({
          clientId: cloud.clientId,
          clientSecret: cloud.clientSecret,
          baseUrl: cloud.url,
          warmUp: 'off',
        }),
        HealthModule,
      ],
    })
      .overrideProvider(TokenClock)
      .useValue(clock)
      .compile();
    const app = module.createNestApplication(platforms.express(), {
      logger: false,
    });
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const tokens = app.get(AsposeTokenService);
    const hour = 3_600_000;
    const probe = async () => {
      const answer = await fetch(`${url}/readyz`);
      return { code: answer.status, body: (await answer.json()) as unknown };
    };
    const failure = async () => {
      while (tokens.explain().failure === undefined)
        await new Promise((resolve) => setImmediate(resolve));
    };

    await tokens.getToken();
    expect(await probe()).toMatchObject({
      code: 200,
      body: { status: 'ok', info: { aspose: { status: 'up' } }, error: {} },
    });

    await clock.advance(23 * hour);
    cloud.failNext({ kind: 'refuse' });
    await tokens.getToken();
    await failure();
    expect(await probe()).toMatchObject({
      code: 200,
      body: {
        status: knowsDegraded ? 'degraded' : 'ok',
        info: {
          aspose: {
            ...(knowsDegraded
              ? { status: 'degraded' }
              : { status: 'up', degraded: true }),
            holdSeconds: 60,
            reason: 'ASPOSE_AUTH_CREDENTIALS_REFUSED',
          },
        },
        error: {},
      },
    });

    await clock.advance(hour);
    cloud.failNext({ kind: 'refuse' });
    await tokens.getToken().catch(() => 'refused');
    expect(await probe()).toMatchObject({
      code: 503,
      body: {
        status: 'error',
        info: {},
        error: {
          aspose: {
            status: 'down',
            runwaySeconds: 0,
            reason: 'ASPOSE_AUTH_CREDENTIALS_REFUSED',
          },
        },
      },
    });
    expect(cloud.counters.tokenRequests).toBe(3);

    await app.close();
    await cloud.close();
  });
});
