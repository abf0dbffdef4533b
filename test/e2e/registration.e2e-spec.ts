import { type DynamicModule, Injectable, Module, Scope } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { ConfigModule, ConfigService, registerAs } from '@nestjs/config';
import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  AsposeAuthModule,
  type AsposeAuthModuleAsyncOptions,
  type AsposeAuthModuleOptions,
  type AsposeAuthOptionsFactory,
  AsposeHttpService,
  AsposeTokenGuard,
  AsposeTokenService,
  InvalidOptionsError,
  TokenSource,
} from '../../lib/index.js';
import { AsposeTokenEndpointModule } from '../../lib/endpoint/index.js';
import { AsposeAuthTestingModule } from '../../lib/testing/index.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';

const OPTIONS = { accessToken: 'static' } as const;
const ENV = { ASPOSE_TOKEN: 'from-the-env' };

async function tokenOf(registration: DynamicModule): Promise<string> {
  const module = await nestApp().importing(registration).compile();
  return (await module.get(AsposeTokenService).getToken()).value;
}

@Injectable()
class OptionsFromEnv implements AsposeAuthOptionsFactory {
  constructor(private readonly config: ConfigService) {}

  createAsposeAuthOptions(): AsposeAuthModuleOptions {
    return { accessToken: this.config.get('ASPOSE_TOKEN') };
  }
}

@Injectable()
class OptionsFromVault implements AsposeAuthOptionsFactory {
  async createAsposeAuthOptions(): Promise<AsposeAuthModuleOptions> {
    return { accessToken: 'from-the-vault' };
  }
}

@Injectable()
class OptionsInAField implements AsposeAuthOptionsFactory {
  readonly #token = 'from-a-field';

  createAsposeAuthOptions = () => ({ accessToken: this.#token });
}

@Injectable({ scope: Scope.REQUEST })
class OfOneRequest implements AsposeAuthOptionsFactory {
  createAsposeAuthOptions = () => OPTIONS;
}

@Module({ providers: [OfOneRequest], exports: [OfOneRequest] })
class RequestModule {}

@Injectable()
class OptionsNowhere {}

@Module({ providers: [OptionsNowhere], exports: [OptionsNowhere] })
class NowhereModule {}

@Module({ providers: [OptionsFromVault], exports: [OptionsFromVault] })
class VaultModule {}

@Injectable()
class ReportService {
  constructor(
    readonly tokens: AsposeTokenService,
    readonly http: AsposeHttpService,
    readonly guard: AsposeTokenGuard,
    readonly source: TokenSource,
  ) {}
}

@Module({ providers: [ReportService] })
class ReportModule {}

const config = () =>
  ConfigModule.forRoot({ ignoreEnvFile: true, load: [() => ENV] });

describe('AsposeAuthModule.forRoot', () => {
  it('takes its options as they are', async () => {
    expect(await tokenOf(AsposeAuthModule.forRoot(OPTIONS))).toBe('static');
  });

  it.each([[], [undefined], [JSON.parse('null') as undefined]])(
    'without options says what is missing, and how it comes that it is',
    async (...options) => {
      const error = await rejectionOf(
        nestApp()
          .importing(AsposeAuthModule.forRoot(...options))
          .compile(),
      );

      expect(error).toBeInstanceOf(InvalidOptionsError);
      expect(error).toMatchObject({
        code: AsposeAuthErrorCode.INVALID_OPTIONS,
        message: expect.stringContaining(
          'Are the variables they come from set, in the environment or in .env? Nest alone reads no .env: ConfigModule of @nestjs/config does, maybe after forRoot() was called. Then use forRootAsync() with ConfigService.',
        ),
      });
    },
  );
});

describe('AsposeAuthModule.forRootAsync', () => {
  it.each<[string, () => DynamicModule, string]>([
    [
      'useFactory',
      () => AsposeAuthModule.forRootAsync({ useFactory: () => OPTIONS }),
      'static',
    ],
    [
      'an asynchronous useFactory',
      () =>
        AsposeAuthModule.forRootAsync({
          useFactory: () => Promise.resolve(OPTIONS),
        }),
      'static',
    ],
    [
      'useFactory with inject and imports',
      () =>
        AsposeAuthModule.forRootAsync({
          imports: [config()],
          inject: [ConfigService],
          useFactory: (service: ConfigService) => ({
            accessToken: service.get('ASPOSE_TOKEN'),
          }),
        }),
      'from-the-env',
    ],
    [
      'useClass, whose class injects',
      () =>
        AsposeAuthModule.forRootAsync({
          imports: [config()],
          useClass: OptionsFromEnv,
        }),
      'from-the-env',
    ],
    [
      'useClass, whose class takes its time',
      () => AsposeAuthModule.forRootAsync({ useClass: OptionsFromVault }),
      'from-the-vault',
    ],
    [
      'useClass, whose method is a field',
      () => AsposeAuthModule.forRootAsync({ useClass: OptionsInAField }),
      'from-a-field',
    ],
    [
      'useExisting',
      () =>
        AsposeAuthModule.forRootAsync({
          imports: [VaultModule],
          useExisting: OptionsFromVault,
        }),
      'from-the-vault',
    ],
  ])('takes its options from %s', async (_, register, token) => {
    expect(await tokenOf(register())).toBe(token);
  });

  it('fails the boot with what the factory throws', async () => {
    const registration = AsposeAuthModule.forRootAsync({
      useFactory: () => Promise.reject(new Error('the vault is sealed')),
    });

    expect(
      await rejectionOf(nestApp().importing(registration).compile()),
    ).toMatchObject({
      message: 'the vault is sealed',
    });
  });

  it.each([undefined, null, {}, { useClass: undefined }, { isGlobal: true }])(
    'says what it needs where that is missing: %j',
    (options) => {
      const register = () =>
        AsposeAuthModule.forRootAsync(options as AsposeAuthModuleAsyncOptions);

      expect(register).toThrow(InvalidOptionsError);
      expect(register).toThrow(
        'AsposeAuthModule cannot start:\n  - forRootAsync() needs useFactory, useClass or useExisting: that is where the options come from.',
      );
    },
  );

  it.each(['useClass', 'useExisting'])(
    'names a class that has no options to give: %s',
    async (source) => {
      const options: object = {
        imports: [NowhereModule],
        [source]: OptionsNowhere,
      };

      const error = await rejectionOf(
        nestApp().importing(AsposeAuthModule.forRootAsync(options)).compile(),
      );

      expect(error).toMatchObject({
        code: AsposeAuthErrorCode.INVALID_OPTIONS,
        problems: [
          'OptionsNowhere has no method createAsposeAuthOptions(): that is where the options come from.',
        ],
      });
    },
  );

  it('refuses options beside the factory, which Nest would drop', () => {
    const options: object = { baseUrl: 'https://x', useFactory: () => OPTIONS };

    expect(() => AsposeAuthModule.forRootAsync(options)).toThrow(
      'baseUrl is not an option of forRootAsync() itself: return it from the factory.',
    );
  });

  it.each(['useFactory', 'useClass'])(
    'refuses a %s that is not a function',
    (source) => {
      const options: object = { [source]: OPTIONS };

      expect(() => AsposeAuthModule.forRootAsync(options)).toThrow(
        `${source} must be a function, not object.`,
      );
    },
  );

  it.each<[string, AsposeAuthModuleAsyncOptions]>([
    ['inject', { inject: [OfOneRequest], useFactory: () => OPTIONS }],
    ['useExisting', { useExisting: OfOneRequest }],
    ['useClass', { useClass: OfOneRequest }],
  ])(
    'refuses what lives for one request, each of which would fetch a token: %s',
    async (_, options) => {
      const module = await nestApp()
        .importing(
          AsposeAuthModule.forRootAsync({
            imports: [RequestModule],
            ...options,
          }),
        )
        .compile();

      expect(await rejectionOf(module.init())).toMatchObject({
        code: AsposeAuthErrorCode.INVALID_OPTIONS,
        message: expect.stringMatching(
          /^AsposeAuthModule cannot start:.*request-scoped/s,
        ),
      });
    },
  );

  it('refuses it in a module that is loaded lazily, once it is asked for', async () => {
    const module = await nestApp().compile();
    const registration = AsposeAuthModule.forRootAsync({
      imports: [RequestModule],
      inject: [OfOneRequest],
      useFactory: () => OPTIONS,
    });

    const lazy = await module.get(LazyModuleLoader).load(() => registration);

    expect(await rejectionOf(lazy.resolve(AsposeTokenService))).toMatchObject({
      message: expect.stringContaining('request-scoped'),
    });
  });

  it('takes a configuration that @nestjs/config loads, as its own provider', async () => {
    const asposeConfig = registerAs('aspose', () => ({
      accessToken: 'from-a-namespace',
    }));

    const token = await tokenOf(
      AsposeAuthModule.forRootAsync(asposeConfig.asProvider()),
    );

    expect(token).toBe('from-a-namespace');
  });

  it('says so when the factory forgets to return the options', async () => {
    const forgetful: () => AsposeAuthModuleOptions = () =>
      JSON.parse('null') as AsposeAuthModuleOptions;

    const error = await rejectionOf(
      nestApp()
        .importing(AsposeAuthModule.forRootAsync({ useFactory: forgetful }))
        .compile(),
    );

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.INVALID_OPTIONS,
      message: expect.stringContaining(
        'The options must be an object, not null. Did the factory forget to return them?',
      ),
    });
  });

  it('takes none from the factory that Nest reads earlier', async () => {
    const useFactory = () => ({ ...OPTIONS, isGlobal: false });

    const error = await rejectionOf(
      nestApp()
        .importing(AsposeAuthModule.forRootAsync({ useFactory }))
        .compile(),
    );

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.INVALID_OPTIONS,
      problems: [
        'isGlobal cannot come from a factory: pass it to forRootAsync() itself.',
      ],
    });
  });
});

describe.each([
  [
    'forRoot',
    (extras: { isGlobal?: boolean | undefined }) =>
      AsposeAuthModule.forRoot({ ...OPTIONS, ...extras }),
  ],
  [
    'forRootAsync',
    (extras: { isGlobal?: boolean | undefined }) =>
      AsposeAuthModule.forRootAsync({ useFactory: () => OPTIONS, ...extras }),
  ],
])('isGlobal of %s', (_, register) => {
  it.each([
    ['absent', {}],
    ['undefined', { isGlobal: undefined }],
    ['true', { isGlobal: true }],
  ])(
    '%s: every module can inject what this one provides',
    async (_, extras) => {
      const module = await nestApp()
        .importing(register(extras), ReportModule)
        .compile();

      const { tokens, http, guard, source } = module.get(ReportService, {
        strict: false,
      });
      expect(tokens).toBeInstanceOf(AsposeTokenService);
      expect(http).toBeInstanceOf(AsposeHttpService);
      expect(guard).toBeInstanceOf(AsposeTokenGuard);
      expect(source).toBe(tokens);
    },
  );

  it('false: a module has to import this one', async () => {
    const registration = register({ isGlobal: false });

    const error = await rejectionOf(
      nestApp().importing(registration, ReportModule).compile(),
    );

    expect(error).toMatchObject({
      message: expect.stringContaining('AsposeTokenService'),
    });
    @Module({ imports: [registration], providers: [ReportService] })
    class ImportingModule {}
    const module = await nestApp().importing(ImportingModule).compile();
    expect(module.get(ReportService, { strict: false }).tokens).toBeDefined();
  });
});

describe('A module that is imported without options', () => {
  it.each([
    AsposeAuthModule,
    AsposeTokenEndpointModule,
    AsposeAuthTestingModule,
  ])('says so: %o', async (bare) => {
    @Module({ imports: [bare], providers: [ReportService] })
    class FeatureModule {}

    for (const builder of [
      nestApp().importing(FeatureModule),
      nestApp().declaring({ imports: [bare], providers: [ReportService] }),
    ])
      expect(await rejectionOf(builder.compile())).toMatchObject({
        code: AsposeAuthErrorCode.INVALID_OPTIONS,
        message: `${bare.name} cannot start:\n  - It is imported without options: call its forRoot() or forRootAsync(), in the imports of one module.`,
      });
  });

  it('says so beside a registration, too', async () => {
    const error = await rejectionOf(
      nestApp().with(OPTIONS).importing(AsposeAuthModule).compile(),
    );

    expect(error).toMatchObject({
      message: expect.stringContaining('It is imported without options'),
    });
  });
});
