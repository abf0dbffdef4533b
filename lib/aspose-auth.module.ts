import { type DynamicModule, Module } from '@nestjs/common';

import { CANNOT_START } from './options/resolve-options.js';
import {
  type AsposeAuthModuleExtras,
  ConfigurableModuleClass,
} from './aspose-auth.module-definition.js';
import type {
  AsposeAuthModuleAsyncOptions,
  AsposeAuthModuleOptions,
} from './options/aspose-auth-options.interface.js';
import { optionsFactory } from './registration/registration-checks.js';

/**
 * Gives an app Aspose Cloud access tokens and the means to attach them.
 *
 * Register it once, in the root module; every other module can then inject {@link AsposeTokenService} and
 * {@link AsposeHttpService}.
 */
@Module({})
export class AsposeAuthModule extends ConfigurableModuleClass {
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
  static override forRoot(
    options: AsposeAuthModuleOptions & AsposeAuthModuleExtras = {},
  ): DynamicModule {
    const { isGlobal, ...given } = { ...options };
    // As a value they would show, secret included, wherever the module tree is printed.
    return super.forRootAsync({ isGlobal, useFactory: () => given });
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
   * ```
   */
  static override forRootAsync(
    options: AsposeAuthModuleAsyncOptions & AsposeAuthModuleExtras,
  ): DynamicModule {
    return super.forRootAsync({
      ...options,
      ...optionsFactory(
        options,
        'createAsposeAuthOptions',
        ['isGlobal'],
        CANNOT_START,
      ),
    });
  }
}
