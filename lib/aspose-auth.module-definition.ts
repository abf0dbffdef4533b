import {
  ConfigurableModuleBuilder,
  type ConfigurableModuleCls,
  type DynamicModule,
} from '@nestjs/common';

import { ASPOSE_AUTH_MODULE_OPTIONS } from './clients/injection-tokens.js';
import {
  ASPOSE_AUTH_PROVIDERS,
  PUBLIC_PROVIDERS,
} from './aspose-auth.providers.js';
import type { AsposeAuthModuleOptions } from './options/aspose-auth-options.interface.js';

/** Settings of the registration itself; static, also with `forRootAsync`. */
export interface AsposeAuthModuleExtras {
  /**
   * Whether every module of the app can inject what this one provides.
   *
   * @default true
   */
  isGlobal?: boolean | undefined;
}

const builder = new ConfigurableModuleBuilder<AsposeAuthModuleOptions>({
  optionsInjectionToken: ASPOSE_AUTH_MODULE_OPTIONS,
  // Nest 10 would take two registrations for one if their factories read the same.
  alwaysTransient: true,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createAsposeAuthOptions')
  .setExtras<AsposeAuthModuleExtras>(
    { isGlobal: true },
    (definition, { isGlobal }): DynamicModule => ({
      ...definition,
      // A spread of the caller's options carries undefined over the default.
      global: isGlobal ?? true,
      providers: [...(definition.providers ?? []), ...ASPOSE_AUTH_PROVIDERS],
      exports: PUBLIC_PROVIDERS,
    }),
  )
  .build();

/** The base of `AsposeAuthModule`. */
export const ConfigurableModuleClass: ConfigurableModuleCls<
  AsposeAuthModuleOptions,
  'forRoot',
  'createAsposeAuthOptions',
  AsposeAuthModuleExtras
> = builder.ConfigurableModuleClass;
