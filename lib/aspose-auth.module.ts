import {
  ConfigurableModuleBuilder,
  type DynamicModule,
  Module,
  type Provider,
} from '@nestjs/common';

import {
  AsposeAuthCoreModule,
  exportsOf,
  providersOf,
} from './aspose-auth.providers.js';
import { registerName } from './clients/client-names.js';
import { tokenOf } from './clients/injection-tokens.js';
import type {
  AsposeAuthModuleAsyncOptions,
  AsposeAuthModuleOptions,
} from './options/aspose-auth-options.interface.js';
import { CANNOT_START, cannotStart } from './options/resolve-options.js';
import { REGISTERED, refuseBareImport } from './registration/bare-import.js';
import { optionsFactory } from './registration/registration-checks.js';
import { DEFAULT_CLIENT } from './token/token-event.js';

/** Settings of the registration itself; static even with `forRootAsync`. */
export interface AsposeAuthModuleExtras {
  /**
   * Whether every module of the app can inject what this one provides.
   *
   * @default true
   */
  isGlobal?: boolean | undefined;
  /**
   * What a further client of the app is called: a letter, followed by at most 63 letters, digits, `_` or `-`. Inject it by
   * `@InjectAsposeHttp(name)` and the like.
   *
   * @default the client without a name, whose parts are injected by their classes
   */
  name?: string | undefined;
}

const { ConfigurableModuleClass } =
  new ConfigurableModuleBuilder<AsposeAuthModuleOptions>({
    optionsInjectionToken: tokenOf('givenOptions', DEFAULT_CLIENT),
    // Nest 10 treats two registrations as one if their factories have the same source text.
    alwaysTransient: true,
  })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createAsposeAuthOptions')
    .build();

/**
 * Gives an app Aspose Cloud access tokens and the means to attach them.
 *
 * Register it once, in the root module; every other module can then inject {@link AsposeTokenService} and
 * {@link AsposeHttpService}. Register it again under a `name` for each further Aspose account.
 *
 * It stops fetching tokens when the app shuts down, after the `onApplicationShutdown()` hooks of all modules: a last call to
 * Aspose belongs there, or earlier.
 */
@Module({ providers: [refuseBareImport(CANNOT_START)] })
export class AsposeAuthModule {
  /**
   * Registers the module with options that are known at import time.
   *
   * @throws {InvalidOptionsError} at boot, listing every problem at once.
   *
   * @example
   * ```ts
   * AsposeAuthModule.forRoot({
   *   clientId: process.env.ASPOSE_CLIENT_ID,
   *   clientSecret: process.env.ASPOSE_CLIENT_SECRET,
   * });
   * ```
   */
  static forRoot(
    options: AsposeAuthModuleOptions & AsposeAuthModuleExtras = {},
  ): DynamicModule {
    const { isGlobal, name, ...given } = { ...options };
    // As a value they would show, secret included, wherever the module tree is printed.
    return AsposeAuthModule.forRootAsync({
      isGlobal,
      name,
      useFactory: () => given,
    });
  }

  /**
   * Registers the module with options that come from a factory, a class or another module.
   *
   * @throws {InvalidOptionsError} at boot, listing every problem at once.
   *
   * @example
   * ```ts
   * AsposeAuthModule.forRootAsync({
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({
   *     clientId: config.get('ASPOSE_CLIENT_ID'),
   *     clientSecret: config.get('ASPOSE_CLIENT_SECRET'),
   *   }),
   * });
   *
   * AsposeAuthModule.forRootAsync(asposeConfig.asProvider()); // a namespace of @nestjs/config: registerAs('aspose', …)
   * ```
   */
  static forRootAsync(
    options: AsposeAuthModuleAsyncOptions & AsposeAuthModuleExtras,
  ): DynamicModule {
    const name = registerName({ ...options }.name, CANNOT_START);
    const factory = optionsFactory(
      options,
      'createAsposeAuthOptions',
      tokenOf('optionsFactory', name),
      ['isGlobal', 'name'],
      cannotStart(name),
    );
    const { isGlobal = true, name: _, ...given } = options;
    const { imports = [], providers = [] } =
      ConfigurableModuleClass.forRootAsync({ ...given, ...factory });
    return {
      module: AsposeAuthModule,
      global: isGlobal,
      imports: [...imports, AsposeAuthCoreModule],
      providers: [
        ...providers.map((provider) => providedFor(name, provider)),
        ...providersOf(name),
        REGISTERED,
      ],
      exports: exportsOf(name),
    };
  }
}

/** What the builder provides, by the injection token of a client. */
function providedFor(client: string, provider: Provider): Provider {
  const isOptions =
    'provide' in provider &&
    provider.provide === tokenOf('givenOptions', DEFAULT_CLIENT);
  return isOptions
    ? { ...provider, provide: tokenOf('givenOptions', client) }
    : provider;
}
