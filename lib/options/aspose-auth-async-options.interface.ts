import type { ConfigurableModuleAsyncOptions } from '@nestjs/common';

import type { AsposeAuthModuleOptions } from './aspose-auth-options.interface.js';

/**
 * Where the options come from: `useFactory` with `inject`, `useClass` or `useExisting`, and the `imports` they need.
 *
 * The classes implement `AsposeAuthOptionsFactory`.
 */
export type AsposeAuthModuleAsyncOptions = ConfigurableModuleAsyncOptions<
  AsposeAuthModuleOptions,
  'createAsposeAuthOptions'
>;
