import { HttpModule, HttpService } from '@nestjs/axios';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  Optional,
  type Type,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import {
  AccessToken,
  AsposeAuthErrorCode,
  AsposeAuthModule,
  AsposeClients,
  type AsposeFetch,
  AsposeHttpService,
  AsposeToken,
  AsposeTokenService,
  attachAsposeToken,
  getAsposeFetchToken,
  getAsposeHttpToken,
  getAsposeTokensToken,
  InjectAsposeFetch,
  InjectAsposeHttp,
  InjectAsposeTokens,
  RequireAsposeToken,
  StaticTokenSource,
} from '../../lib/index.js';
import {
  AsposeAuthTestingModule,
  type AsposeCloudEmulator,
  overrideAsposeAuth,
} from '../../lib/testing/index.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { rejectionOf } from '../support/rejection.js';

@Injectable()
class ReportService {
  @InjectAsposeFetch('groupdocs') readonly groupdocsFetch!: AsposeFetch;

  constructor(
    readonly tokens: AsposeTokenService,
    readonly http: AsposeHttpService,
    @InjectAsposeFetch() readonly fetch: AsposeFetch,
    @InjectAsposeTokens('groupdocs')
    readonly groupdocsTokens: AsposeTokenService,
    @InjectAsposeHttp('groupdocs') readonly groupdocs: AsposeHttpService,
  ) {}
}

/** Starts the clouds of two accounts, each of which accepts no token but its own. */
async function twoClouds() {
  const clouds = {
    aspose: await startCloud({ clientId: 'id-of-aspose' }),
    groupdocs: await startCloud({ clientId: 'id-of-groupdocs' }),
  };
  for (const cloud of Object.values(clouds))
    cloud.route('GET', '/usage', (_, response) => void response.end('ok'));
  return clouds;
}

const clientOf = (cloud: AsposeCloudEmulator, name?: string) =>
  AsposeAuthModule.forRoot({ name, ...optionsFor(cloud) });

describe.each(platforms)('An app with two clients on $platform', (platform) => {
  it('sends each API the token of its own account', async () => {
    const { aspose, groupdocs } = await twoClouds();
    const { app } = await nestApp()
      .importing(clientOf(aspose), clientOf(groupdocs, 'groupdocs'))
      .declaring({ providers: [ReportService] })
      .on(platform)
      .start();
    const service = app.get(ReportService);

    const answers = await Promise.all([
      firstValueFrom(service.http.get<string>('/usage')),
      firstValueFrom(service.groupdocs.get<string>('/usage')),
    ]);
    const statuses = await Promise.all([
      service.fetch(`${aspose.url}/usage`),
      service.groupdocsFetch(`${groupdocs.url}/usage`),
    ]);

    expect(answers.map(({ data }) => data)).toEqual(['ok', 'ok']);
    expect(statuses.map(({ status }) => status)).toEqual([200, 200]);
    for (const cloud of [aspose, groupdocs]) {
      expect(cloud.counters).toMatchObject({
        tokenRequests: 1,
        callsWithValidToken: 2,
      });
    }
    await app.close();
    for (const tokens of [service.tokens, service.groupdocsTokens])
      expect(tokens.explain().hold?.reason).toBe('closed');
  });

  it('refuses to send one the token of the other', async () => {
    const { aspose, groupdocs } = await twoClouds();
    const { app } = await nestApp()
      .importing(clientOf(aspose), clientOf(groupdocs, 'groupdocs'))
      .on(platform)
      .start();

    const crossed = await rejectionOf(
      firstValueFrom(app.get(AsposeHttpService).get(`${groupdocs.url}/usage`)),
    );

    expect(crossed).toMatchObject({ code: AsposeAuthErrorCode.FOREIGN_ORIGIN });
    expect(groupdocs.apiCalls).toEqual([]);
  });

  it('attaches both to one HTTP client, each for its own origin', async () => {
    const { aspose, groupdocs } = await twoClouds();
    const { app } = await nestApp()
      .importing(
        HttpModule.register({}),
        clientOf(aspose),
        clientOf(groupdocs, 'groupdocs'),
      )
      .on(platform)
      .start();
    const { axiosRef } = app.get(HttpService);
    for (const token of [
      getAsposeTokensToken(),
      getAsposeTokensToken('groupdocs'),
    ])
      attachAsposeToken(axiosRef, app.get<AsposeTokenService>(token));

    for (const { url } of [aspose, groupdocs])
      expect((await axiosRef.get(`${url}/usage`)).status).toBe(200);
  });
});

describe.each(platforms)('A handler on $platform', (platform) => {
  @Controller()
  class RequiringController {
    @Get('one')
    @RequireAsposeToken({ client: 'groupdocs' })
    one(@AsposeToken() token: AccessToken) {
      return [token.value];
    }

    @Get('both')
    @RequireAsposeToken()
    @RequireAsposeToken({ client: 'groupdocs' })
    both(
      @AsposeToken() aspose: AccessToken,
      @AsposeToken('groupdocs') groupdocs: AccessToken,
    ) {
      return [aspose.value, groupdocs.value];
    }

    @Get('other')
    @RequireAsposeToken()
    other(@AsposeToken('groupdocs') token: AccessToken) {
      return [token.value];
    }
  }

  @RequireAsposeToken({ client: 'groupdocs' })
  @Controller()
  class WholeController {
    @Get('whole')
    @RequireAsposeToken({ client: 'groupdocs' })
    one(@AsposeToken() token: AccessToken) {
      return [token.value];
    }
  }

  const start = () =>
    nestApp()
      .with({ accessToken: 'of-aspose' })
      .importing(
        AsposeAuthModule.forRoot({
          name: 'groupdocs',
          accessToken: 'of-groupdocs',
        }),
      )
      .declaring({ controllers: [RequiringController] })
      .on(platform)
      .start();

  it.each([
    ['one', ['of-groupdocs']],
    ['both', ['of-aspose', 'of-groupdocs']],
  ])('requires the tokens of %s', async (path, tokens) => {
    const { url } = await start();

    const answer = await fetch(`${url}/${path}`);

    expect(await answer.json()).toEqual(tokens);
  });

  it('gets no token that its guard did not ask for', async () => {
    const { url, logger } = await start();

    expect((await fetch(`${url}/other`)).status).toBe(500);
    expect(logger.lines.map(({ all }) => all).join()).toContain(
      "@AsposeToken('groupdocs') has no token for RequiringController.other: put @RequireAsposeToken({ client: 'groupdocs' }) on it.",
    );
  });

  it('of a subclass requires what that requires in place of its base', async () => {
    @RequireAsposeToken()
    class Replacing extends WholeController {
      @Get('whole')
      @RequireAsposeToken()
      override one(@AsposeToken() token: AccessToken) {
        return [token.value];
      }
    }
    const { url } = await nestApp()
      .with({ accessToken: 'of-aspose' })
      .declaring({ controllers: [Replacing] })
      .on(platform)
      .start();

    const answer = await fetch(`${url}/whole`);

    expect(await answer.json()).toEqual(['of-aspose']);
  });

  it('requires no client that nobody registered', async () => {
    @Controller()
    class Inherited extends RequiringController {}
    class InheritedWhole extends WholeController {}
    for (const controller of [
      RequiringController,
      Inherited,
      WholeController,
      InheritedWhole,
    ])
      expect(
        await rejectionOf(
          nestApp()
            .with({ accessToken: 'static' })
            .declaring({ controllers: [controller] })
            .on(platform)
            .start(),
        ),
      ).toMatchObject({
        code: AsposeAuthErrorCode.UNKNOWN_CLIENT,
        message: expect.stringContaining("There is no client 'groupdocs'"),
      });
  });
});

describe('A client with a name', () => {
  it("is named when it gets no token, with warmUp: 'require'", async () => {
    const cloud = await startCloud();
    cloud.failNext({ kind: 'refuse' });

    const error = await rejectionOf(
      nestApp()
        .importing(
          AsposeAuthModule.forRoot({
            ...optionsFor(cloud),
            name: 'reports',
            warmUp: 'require',
          }),
        )
        .start(),
    );

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.CREDENTIALS_REFUSED,
      message: expect.stringMatching(
        /^AsposeAuthModule cannot start the client 'reports': .*Check clientId/,
      ),
      cause: { attempts: 1 },
    });
  });

  it('names itself in events, log lines and explanations', async () => {
    const cloud = await startCloud();
    const { app, logger } = await nestApp()
      .importing(clientOf(cloud, 'reports'))
      .start();
    const tokens = app.get<AsposeTokenService>(getAsposeTokensToken('reports'));
    const clients: string[] = [];
    tokens.events$.subscribe(({ client }) => clients.push(client));
    cloud.failNext({ kind: 'refuse' });

    await rejectionOf(tokens.getToken());

    expect(new Set(clients)).toEqual(new Set(['reports']));
    expect(logger.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        context: 'AsposeAuth:reports',
      }),
    );
    expect(tokens.explain()).toMatchObject({ client: 'reports' });
  });

  it.each<[string, () => unknown]>([
    ['useFactory', () => ({ useFactory: () => ({ accessToken: 'mine' }) })],
    [
      'useClass',
      () => ({
        useClass: class {
          createAsposeAuthOptions = () => ({ accessToken: 'mine' });
        },
      }),
    ],
  ])('has its options from %s', async (_, source) => {
    const { app } = await nestApp()
      .with({ accessToken: 'of-the-default-client' })
      .importing(
        AsposeAuthModule.forRootAsync({
          name: 'reports',
          ...(source() as { useFactory: () => { accessToken: string } }),
        }),
      )
      .start();

    const { tokens } = app.get(AsposeClients).get('reports');

    expect((await tokens.getToken()).value).toBe('mine');
  });

  describe('with isGlobal: false', () => {
    @Injectable()
    class Consumer {
      constructor(
        @InjectAsposeHttp('reports') readonly http: AsposeHttpService,
      ) {}
    }
    @Injectable()
    class ByClients {
      constructor(readonly clients: AsposeClients) {}
    }
    /** A module that registers the client, and one that imports it. */
    const modules = (outsider: Type, exports: Type[] = []) => {
      @Module({
        imports: [
          AsposeAuthModule.forRoot({
            name: 'reports',
            accessToken: 'mine',
            isGlobal: false,
          }),
        ],
        providers: [Consumer],
        exports,
      })
      class ReportModule {}
      @Module({ imports: [ReportModule], providers: [outsider] })
      class OtherModule {}
      return { ReportModule, OtherModule };
    };

    it('is injected where it is registered', async () => {
      const { ReportModule } = modules(Consumer);

      const module = await nestApp().importing(ReportModule).compile();

      expect(module.get(Consumer, { strict: false }).http).toBeInstanceOf(
        AsposeHttpService,
      );
    });

    it.each<[string, Type, string]>([
      ['a client', Consumer, "the client 'reports'"],
      ['AsposeClients', ByClients, 'AsposeClients'],
    ])(
      'is not injected elsewhere, and a log line says what to do: %s',
      async (_, outsider, what) => {
        const { OtherModule } = modules(outsider);
        const logger = new RecordingLogger();

        await rejectionOf(nestApp().importing(OtherModule).compile(logger));

        expect(logger.own).toEqual([
          `error: OtherModule cannot inject ${what}, since isGlobal is false: import ReportModule in it, and have ReportModule export AsposeAuthModule.`,
        ]);
      },
    );

    it.each([Consumer, ByClients])(
      'is injected elsewhere once that is done: $name',
      async (outsider) => {
        const { OtherModule } = modules(outsider, [AsposeAuthModule]);
        const logger = new RecordingLogger();

        const module = await nestApp().importing(OtherModule).compile(logger);

        expect(module.get(outsider, { strict: false })).toBeDefined();
        expect(logger.own).toEqual([]);
      },
    );
  });

  it('needs no client without a name beside it', async () => {
    const { app } = await nestApp()
      .importing(
        AsposeAuthModule.forRoot({ name: 'reports', accessToken: 'mine' }),
      )
      .start();

    expect(app.get(AsposeClients).names).toEqual(['reports']);
    expect(() => app.get(AsposeClients).get()).toThrow(
      "There is no client without a name: ask for one by its name, or register one without. The app has 'reports'.",
    );
  });

  it.each([
    '',
    '1st',
    'a b',
    'a)',
    'x'.repeat(65),
    'default',
    '__proto__',
    null,
    7,
    {},
  ])('cannot be called %j', (name) => {
    const options: object = { name, accessToken: 'static' };

    expect(() => AsposeAuthModule.forRoot(options)).toThrow(/name.* /);
    expect(() =>
      AsposeAuthModule.forRootAsync({ ...options, useFactory: () => ({}) }),
    ).toThrow(/name.* /);
  });

  it('may be called what an object has', async () => {
    const { app } = await nestApp()
      .importing(
        AsposeAuthModule.forRoot({ name: 'constructor', accessToken: 'mine' }),
      )
      .start();

    const { tokens } = app.get(AsposeClients).get('constructor');

    expect((await tokens.getToken()).value).toBe('mine');
  });

  it('is registered once', async () => {
    const twice = () =>
      AsposeAuthModule.forRoot({ name: 'reports', accessToken: 'static' });

    expect(
      await rejectionOf(nestApp().importing(twice(), twice()).compile()),
    ).toMatchObject({
      code: AsposeAuthErrorCode.DUPLICATE_REGISTRATION,
      message: expect.stringContaining(
        "AsposeAuthModule cannot start the client 'reports':\n  - It is registered more than once",
      ),
    });
  });

  it('is not named by a factory', async () => {
    const useFactory = () => ({ accessToken: 'static', name: 'reports' });

    expect(
      await rejectionOf(
        nestApp()
          .importing(AsposeAuthModule.forRootAsync({ useFactory }))
          .compile(),
      ),
    ).toMatchObject({
      problems: [
        'name cannot come from a factory: pass it to forRootAsync() itself.',
      ],
    });
  });

  it('is named where its options are wrong', async () => {
    const error = await rejectionOf(
      nestApp()
        .importing(AsposeAuthModule.forRoot({ name: 'reports' }))
        .compile(),
    );

    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^AsposeAuthModule cannot start the client 'reports':/,
      ),
    });
  });
});

describe('A client that nobody registered', () => {
  const NO_SUCH_CLIENT =
    "There is no client 'nope': register it by AsposeAuthModule.forRoot({ name: 'nope', … }). The app has the one without a name, 'reports'.";
  const NOPE = getAsposeTokensToken('nope');

  @Injectable()
  class ByParameter {
    constructor(@InjectAsposeTokens('nope') readonly it: AsposeTokenService) {}
  }
  @Injectable()
  class ByProperty {
    @InjectAsposeHttp('nope') readonly it!: AsposeHttpService;
  }
  @Injectable()
  class Optionally {
    @Optional() @InjectAsposeHttp('nope') readonly it?: AsposeHttpService;

    constructor(
      @Optional() @Inject(NOPE) readonly other?: AsposeTokenService,
    ) {}
  }
  const asking = (provider: Type | object) =>
    nestApp()
      .with({ accessToken: 'static' })
      .importing(
        AsposeAuthModule.forRoot({ name: 'reports', accessToken: 'static' }),
      )
      .declaring({ providers: [provider as Type] });

  it.each([
    ['a constructor', ByParameter],
    ['a property', ByProperty],
    [
      'a factory',
      { provide: 'it', inject: [NOPE], useFactory: (it: unknown) => it },
    ],
  ])('fails the boot where %s injects it', async (_, provider) => {
    const logger = new RecordingLogger();

    await rejectionOf(asking(provider).compile(logger));

    // Nest's own error may be the first.
    expect(logger.own).toEqual([
      `error: The app cannot start:\n  - ${NO_SUCH_CLIENT}`,
    ]);
  });

  it.each([
    ['a class', Optionally],
    [
      'a factory',
      {
        provide: Optionally,
        inject: [{ token: NOPE, optional: true }],
        useFactory: (it: unknown) => ({ it }),
      },
    ],
  ])('is absent where %s can do without', async (_, provider) => {
    const { app } = await asking(provider).start();

    expect(app.get(Optionally).it).toBeUndefined();
  });

  it('is missed where an app has clients with names only, and a class injects the one without', async () => {
    @Injectable()
    class Consumer {
      constructor(readonly http: AsposeHttpService) {}
    }

    const logger = new RecordingLogger();

    await rejectionOf(
      nestApp()
        .importing(
          AsposeAuthModule.forRoot({ name: 'reports', accessToken: 'static' }),
        )
        .declaring({ providers: [Consumer] })
        .compile(logger),
    );

    expect(logger.own).toEqual([
      "error: The app cannot start:\n  - There is no client without a name: ask for one by its name, or register one without. The app has 'reports'.",
    ]);
  });

  it('is asked for in vain at run time, too', async () => {
    const { app } = await asking({ provide: 'x', useValue: 1 }).start();

    expect(() => app.get(AsposeClients).get('nope')).toThrow(NO_SUCH_CLIENT);
  });
});

describe('AsposeClients', () => {
  it('has what Nest injects, by name', async () => {
    const { app } = await nestApp()
      .with({ accessToken: 'static' })
      .importing(
        AsposeAuthModule.forRoot({ name: 'reports', accessToken: 'mine' }),
      )
      .start();
    const clients = app.get(AsposeClients);

    expect(clients.names).toEqual(['default', 'reports']);
    for (const name of [undefined, 'reports'])
      expect(clients.get(name)).toEqual({
        tokens: app.get(getAsposeTokensToken(name)),
        http: app.get(getAsposeHttpToken(name)),
        fetch: app.get(getAsposeFetchToken(name)),
      });
    expect(clients.get('default').tokens).toBe(app.get(AsposeTokenService));
  });

  it('says so when it is asked before the app has booted', async () => {
    const slow = AsposeAuthModule.forRootAsync({
      name: 'reports',
      useFactory: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return { accessToken: 'mine' };
      },
    });
    @Injectable()
    class Hasty {
      constructor(clients: AsposeClients) {
        clients.get('reports');
      }
    }

    const error = await rejectionOf(
      nestApp()
        .importing(slow)
        .declaring({ providers: [Hasty] })
        .compile(),
    );

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.UNKNOWN_CLIENT,
      message:
        "The client 'reports' is not made yet: call AsposeClients.get() once the app has booted, or inject the client by @InjectAsposeHttp('reports') and the like.",
    });
  });
});

describe('One credential under two names', () => {
  const two = (cloud: AsposeCloudEmulator) =>
    nestApp().importing(clientOf(cloud), clientOf(cloud, 'reports')).start();

  it('makes one token request for a thousand callers', async () => {
    const cloud = await startCloud();
    const { app } = await two(cloud);
    const sources = [undefined, 'reports'].map(
      (name) => app.get(AsposeClients).get(name).tokens,
    );

    const tokens = await Promise.all(
      sources.flatMap((source) =>
        Array.from({ length: 500 }, () => source.getToken()),
      ),
    );

    expect(new Set(tokens).size).toBe(1);
    expect(cloud.counters.tokenRequests).toBe(1);
  });

  it('is refused once', async () => {
    const cloud = await startCloud();
    const { app } = await two(cloud);
    cloud.failNext({ kind: 'refuse' }, { times: Infinity });
    const clients = [undefined, 'reports'].map(
      (name) => app.get(AsposeClients).get(name).tokens,
    );

    const errors = await Promise.all(
      clients.flatMap((tokens) =>
        Array.from({ length: 500 }, () => rejectionOf(tokens.getToken())),
      ),
    );

    expect(cloud.counters.tokenRequests).toBe(1);
    expect(errors).toHaveLength(1000);
    for (const tokens of clients)
      expect(tokens.explain().hold).toMatchObject({ reason: 'refused' });
  });
});

describe('Two clients whose origins overlap', () => {
  it('cannot be attached to one HTTP client: the error names both', async () => {
    const { app } = await nestApp()
      .with({ accessToken: 'static' })
      .importing(
        HttpModule.register({}),
        AsposeAuthModule.forRoot({ name: 'reports', accessToken: 'mine' }),
      )
      .start();
    const { axiosRef } = app.get(HttpService);
    const clients = app.get(AsposeClients);
    attachAsposeToken(axiosRef, clients.get().tokens);

    expect(() =>
      attachAsposeToken(axiosRef, clients.get('reports').tokens),
    ).toThrow(/client 'default'.*client 'reports'/s);
  });
});

describe('Under test', () => {
  @Injectable()
  class OptionsFromTheEnvironment {
    constructor() {
      throw new Error('The environment is missing.');
    }

    createAsposeAuthOptions = () => ({});
  }

  @Module({
    imports: [
      AsposeAuthModule.forRootAsync({
        useFactory: () => {
          throw new Error('The environment is missing.');
        },
      }),
      AsposeAuthModule.forRootAsync({
        name: 'groupdocs',
        useClass: OptionsFromTheEnvironment,
      }),
    ],
    providers: [ReportService],
  })
  class AppModule {}

  const building = () =>
    Test.createTestingModule({ imports: [AppModule] }).setLogger(
      new RecordingLogger(),
    );

  it.each([
    [undefined, ['test-token', 'test-token']],
    [{ token: 'canned' }, ['canned', 'canned']],
    [
      { clients: { groupdocs: { token: 'of-groupdocs' } } },
      ['test-token', 'of-groupdocs'],
    ],
  ])(
    'overrideAsposeAuth replaces every client: %j',
    async (options, values) => {
      const module = await overrideAsposeAuth(building(), options).compile();
      const { tokens, groupdocsTokens, groupdocs } = module.get(ReportService);

      const got = [await tokens.getToken(), await groupdocsTokens.getToken()];

      expect(got.map(({ value }) => value)).toEqual(values);
      expect(
        await rejectionOf(firstValueFrom(groupdocs.get('/usage'))),
      ).toMatchObject({ code: AsposeAuthErrorCode.NETWORK_BLOCKED });
    },
  );

  it('overrideAsposeAuth knows no client that nobody registered', () => {
    expect(() =>
      overrideAsposeAuth(building(), { clients: { grupdocs: {} } }),
    ).toThrow("There is no client 'grupdocs'");
  });

  it('AsposeAuthTestingModule has a name, too', async () => {
    const module = await Test.createTestingModule({
      imports: [
        AsposeAuthTestingModule.forRoot(),
        AsposeAuthTestingModule.forRoot({ name: 'groupdocs', token: 'canned' }),
      ],
      providers: [ReportService],
    }).compile();

    const { groupdocsTokens } = module.get(ReportService);

    expect((await groupdocsTokens.getToken()).value).toBe('canned');
  });

  it('an override of one client reaches all parts of it, and no other', async () => {
    const { aspose, groupdocs } = await twoClouds();
    const { app } = await nestApp()
      .importing(clientOf(aspose), clientOf(groupdocs, 'groupdocs'))
      .declaring({ providers: [ReportService] })
      .overriding(
        getAsposeTokensToken('groupdocs'),
        new StaticTokenSource(new AccessToken(groupdocs.issueToken())),
      )
      .start();
    const { http, groupdocs: reports, groupdocsFetch } = app.get(ReportService);

    await firstValueFrom(reports.get('/usage'));
    await groupdocsFetch(`${groupdocs.url}/usage`);
    await app
      .get(AsposeClients)
      .get('groupdocs')
      .fetch(`${groupdocs.url}/usage`);
    await firstValueFrom(http.get('/usage'));

    expect(groupdocs.counters).toMatchObject({
      tokenRequests: 0,
      callsWithValidToken: 3,
    });
    expect(aspose.counters).toMatchObject({
      tokenRequests: 1,
      callsWithValidToken: 1,
    });
  });
});
