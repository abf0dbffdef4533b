import {
  ConfigurableModuleBuilder,
  type ConfigurableModuleCls,
  type DynamicModule,
} from '@nestjs/common';

import { AsposeAuthCoreModule } from './aspose-auth-core.module.js';
import { exportsOf, providersOf } from './aspose-auth.providers.js';
import { tokenOf } from './clients/injection-tokens.js';
import type { AsposeAuthModuleOptions } from './options/aspose-auth-options.interface.js';
import { DEFAULT_CLIENT } from './token/token-event.js';

/** Settings of the registration itself; static even with `forRootAsync`. */
export interface AsposeAuthModuleExtras {
  /**
   * Whether every module of the app can inject what this one provides.
   *
   * @default true
   */
  isGlobal?: boolean | undefined;
}

/** The base of `AsposeAuthModule`. */
export const ConfigurableModuleClass: ConfigurableModuleCls<
  AsposeAuthModuleOptions,
  'forRoot',
  'createAsposeAuthOptions',
  AsposeAuthModuleExtras
> = new ConfigurableModuleBuilder<AsposeAuthModuleOptions>({
  optionsInjectionToken: tokenOf('givenOptions', DEFAULT_CLIENT),
  // Nest 10 treats two registrations as one if their factories have the same source text.
  alwaysTransient: true,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createAsposeAuthOptions')
  .setExtras<AsposeAuthModuleExtras>(
    { isGlobal: true },
    (definition, { isGlobal }): DynamicModule => ({
      ...definition,
      // A spread lets an explicit undefined overwrite the default.
      global: isGlobal ?? true,
      imports: [...(definition.imports ?? []), AsposeAuthCoreModule],
      providers: [
        ...(definition.providers ?? []),
        ...providersOf(DEFAULT_CLIENT),
      ],
      exports: exportsOf(DEFAULT_CLIENT),
    }),
  )
  .build().ConfigurableModuleClass;
