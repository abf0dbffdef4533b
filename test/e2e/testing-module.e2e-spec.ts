import { inspect } from 'node:util';

import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';

import {
  type AccessToken,
  AsposeAuthErrorCode,
  AsposeAuthModule,
  type AsposeAuthOptionsFactory,
  type AsposeFetch,
  AsposeHttpService,
  AsposeToken,
  AsposeTokenService,
  InjectAsposeFetch,
  RequireAsposeToken,
  TokenClock,
} from '../../lib/index.js';
import { AsposeTokenEndpointModule } from '../../lib/endpoint/index.js';
import {
  AsposeAuthTestingModule,
  ManualTokenClock,
  overrideAsposeAuth,
} from '../../lib/testing/index.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { startSite } from '../support/loopback-site.js';
import { listen, platforms } from '../support/platforms.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { rejectionOf } from '../support/rejection.js';

@Injectable()
class ReportService {
  constructor(
    readonly aspose: AsposeHttpService,
    @InjectAsposeFetch() readonly fetch: AsposeFetch,
  ) {}

  async status(url = '/v4.0/cells'): Promise<unknown> {
    return (await firstValueFrom(this.aspose.get(url))).data;
  }
}

@Controller()
class ReportController {
  @Get('token')
  @RequireAsposeToken()
  token(@AsposeToken() token: AccessToken) {
    return { token: token.value };
  }
}

@Module({ controllers: [ReportController], providers: [ReportService] })
class ReportModule {}

/** As an app has it, whose environment is not there under test. */
@Module({
  imports: [
    ConfigModule.forRoot({ ignoreEnvFile: true, ignoreEnvVars: true }),
    AsposeAuthModule.forRootAsync({
      imports: [ConfigModule],
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        clientId: config.getOrThrow<string>('ASPOSE_CLIENT_ID'),
        clientSecret: config.getOrThrow<string>('ASPOSE_CLIENT_SECRET'),
        warmUp: 'require',
      }),
    }),
    ReportModule,
  ],
})
class AppModule {}

const building = (
  imports: Parameters<typeof Test.createTestingModule>[0]['imports'],
) =>
  Test.createTestingModule({ imports: imports ?? [] }).setLogger(
    new RecordingLogger(),
  );

@Injectable()
class OptionsFromTheEnvironment implements AsposeAuthOptionsFactory {
  constructor() {
    throw new Error('The environment is missing.');
  }

  createAsposeAuthOptions = () => ({});
}

describe('An app whose environment is missing', () => {
  it('does not boot', async () => {
    await rejectionOf(building([AppModule]).compile());
  });
});

describe('overrideAsposeAuth', () => {
  it('does not make the class that makes the options', async () => {
    const app = building([
      AsposeAuthModule.forRootAsync({ useClass: OptionsFromTheEnvironment }),
    ]);

    const module = await overrideAsposeAuth(app).compile();

    const token = await module.get(AsposeTokenService).getToken();
    expect(token.value).toBe('test-token');
  });
});

describe.each([
  [
    'AsposeAuthTestingModule.forRoot',
    (options: { token?: string; baseUrl?: string }) =>
      building([AsposeAuthTestingModule.forRoot(options), ReportModule]),
  ],
  [
    'overrideAsposeAuth',
    (options: { token?: string; baseUrl?: string }) =>
      overrideAsposeAuth(building([AppModule]), options),
  ],
])('%s', (_, build) => {
  const reports = async (options: Parameters<typeof build>[0] = {}) => {
    const module = await build(options).compile();
    await module.init();
    onTestFinished(() => module.close());
    return module.get(ReportService, { strict: false });
  };

  describe.each(platforms)('on $platform', (platform) => {
    it.each([
      [{}, 'test-token'],
      [{ token: 'canned' }, 'canned'],
    ])('hands out a canned token: %o', async (options, token) => {
      const { app, url } = await listen(
        await build(options).compile(),
        platform,
      );
      onTestFinished(() => app.close());

      const answer = await fetch(`${url}/token`);

      expect(await answer.json()).toStrictEqual({ token });
    });
  });

  it('refuses a call to Aspose, and says what to do', async () => {
    const service = await reports();

    const error = await rejectionOf(service.status('/v4.0/cells?secret=1'));

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.NETWORK_BLOCKED,
      message: expect.stringMatching(
        /^A test tried to call https:\/\/api\.aspose\.cloud\/v4\.0\/cells\. .*start an AsposeCloudEmulator and pass its url as baseUrl/,
      ),
    });
  });

  it('reaches an emulator with its token', async () => {
    const cloud = await startCloud({ staticToken: 'canned' });
    const service = await reports({ token: 'canned', baseUrl: cloud.url });

    expect(await service.status()).toBe('OK');
    expect(cloud.counters).toMatchObject({
      tokenRequests: 0,
      callsWithValidToken: 1,
    });
  });

  it.each(['http://localhost:1', 'http://[::1]:1', 'http://127.1.2.3:1'])(
    'counts %s to this machine',
    async (baseUrl) => {
      const service = await reports({ baseUrl });

      const error = await rejectionOf(service.status());

      expect(error).toMatchObject({
        code: expect.not.stringContaining('ASPOSE_AUTH'),
      });
    },
  );

  it.each(['AsposeHttpService', 'AsposeFetch'])(
    'refuses to follow a redirect to another address: %s',
    async (client) => {
      const there = await startSite();
      // Not loopback, although it leads there.
      const url = `http://0.0.0.0:${there.port}/`;
      const site = await startSite((_, response) => {
        response.writeHead(302, { Location: url }).end();
      });
      const service = await reports({ baseUrl: site.url });

      const error = await rejectionOf(
        client === 'AsposeFetch' ? service.fetch(site.url) : service.status(),
      );

      expect(there.requests).toStrictEqual([]);
      expect(inspect(error)).toContain(`A test tried to call ${url}.`);
    },
  );

  it.each(['AsposeHttpService', 'AsposeFetch'])(
    'follows a redirect within this machine: %s',
    async (client) => {
      const there = await startSite();
      const site = await startSite((_, response) => {
        response.writeHead(302, { Location: there.url }).end();
      });
      const service = await reports({ baseUrl: site.url });

      const answer =
        client === 'AsposeFetch'
          ? (await service.fetch(site.url)).text()
          : service.status();

      expect(await answer).toBe('hello');
    },
  );

  it('refuses a fetch that leads to Aspose, and lets others through', async () => {
    const site = await startSite();
    const service = await reports({ token: 'canned', baseUrl: site.url });

    const error = await rejectionOf(
      service.fetch('https://api.aspose.cloud/v4.0/cells'),
    );
    const answer = await service.fetch(`${site.url}/v4.0/cells`);

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.NETWORK_BLOCKED,
      message: expect.stringContaining(
        'A test tried to call https://api.aspose.cloud/v4.0/cells.',
      ),
    });
    expect(await answer.text()).toBe('hello');
    expect(site.requests[0]?.headers.authorization).toBe('Bearer canned');
  });

  it.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [302, 'PUT', 'PUT'],
    [302, 'HEAD', 'HEAD'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [307, 'POST', 'POST'],
    [308, 'DELETE', 'DELETE'],
  ])('redirects a fetch as the platform does: %i, %s', async (...redirect) => {
    const [status, method, then] = redirect;
    const site = await startSite((request, response) => {
      if (request.url === '/moved') response.end();
      else response.writeHead(status, { Location: '/moved' }).end();
    });
    const service = await reports({ baseUrl: site.url });
    const url = `${site.url}/here`;

    await service.fetch(url, { method });
    await service.fetch(new Request(url, { method }));
    await fetch(url, { method });

    expect(site.requests.map((request) => request.method)).toStrictEqual([
      ...[method, then],
      ...[method, then],
      ...[method, then],
    ]);
  });

  it('does not follow redirects for ever', async () => {
    const site = await startSite((_, response) => {
      response.writeHead(302, { Location: '/loop' }).end();
    });
    const service = await reports({ baseUrl: site.url });

    expect(await rejectionOf(service.fetch(site.url))).toBeInstanceOf(
      TypeError,
    );
    expect(site.requests).toHaveLength(21);
  });

  it('takes the token off a redirect to another origin', async () => {
    const other = await startSite();
    const site = await startSite((_, response) => {
      response.writeHead(302, { Location: other.url }).end();
    });
    const service = await reports({ token: 'canned', baseUrl: site.url });

    await service.fetch(site.url);

    expect(site.requests[0]?.headers.authorization).toBe('Bearer canned');
    expect(other.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('leaves alone a request that brings its own adapter', async () => {
    const service = await reports();

    const { data } = await firstValueFrom(
      service.aspose.get('/v4.0/cells', {
        adapter: (config) =>
          Promise.resolve({
            data: 'stubbed',
            status: 200,
            statusText: 'OK',
            headers: {},
            config,
          }),
      }),
    );

    expect(data).toBe('stubbed');
  });
});

describe('AsposeAuthTestingModule beside the real module', () => {
  it('is refused as a second registration', async () => {
    const error = await rejectionOf(
      building([
        AsposeAuthTestingModule.forRoot(),
        AsposeAuthModule.forRoot({ accessToken: 'real' }),
      ]).compile(),
    );

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.DUPLICATE_REGISTRATION,
    });
  });
});

describe('ManualTokenClock in place of TokenClock', () => {
  it('turns the time of an app', async () => {
    const cloud = await startCloud({ lifetimeSeconds: 1000 });
    const clock = new ManualTokenClock();
    const module = await building([AsposeAuthModule.forRoot(optionsFor(cloud))])
      .overrideProvider(TokenClock)
      .useValue(clock)
      .compile();
    const tokens = module.get(AsposeTokenService);

    const first = await tokens.getToken();
    await clock.advance(699_999);
    expect(await tokens.getToken()).toBe(first);
    await clock.advance(300_001);
    expect(tokens.peekToken()).toBeUndefined();
    expect(await tokens.getToken()).not.toBe(first);
  });
});

describe('An app with a mock in place of the token service', () => {
  it.each([
    ['that does nothing', { getToken: () => undefined }],
    ['that fails', { getToken: () => Promise.reject(new Error('mocked')) }],
    ['without any method', {}],
  ])('starts and stops, a broker in it: one %s', async (_, mock) => {
    const cloud = await startCloud();
    const module = await building([
      AsposeAuthModule.forRoot({
        ...optionsFor(cloud),
        warmUp: 'background',
      }),
      AsposeTokenEndpointModule.forRoot({
        mode: 'broker',
        guards: [{ canActivate: () => true }],
      }),
    ])
      .overrideProvider(AsposeTokenService)
      .useValue(mock)
      .compile();

    await module.init();
    await module.close();

    expect(cloud.counters.tokenRequests).toBe(0);
  });
});
