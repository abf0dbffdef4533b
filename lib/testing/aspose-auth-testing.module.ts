import { type DynamicModule, Module } from '@nestjs/common';

import { AsposeAuthModule } from '../aspose-auth.module.js';
import {
  type AsposeAuthTestingOptions,
  testingOptions,
} from './testing-options.js';

/** Replaces `AsposeAuthModule` in a test of single modules: a canned token and no network. */
@Module({})
export class AsposeAuthTestingModule {
  /**
   * Provides all that `AsposeAuthModule.forRoot()` does.
   *
   * @example
   * ```ts
   * const module = await Test.createTestingModule({
   *   imports: [AsposeAuthTestingModule.forRoot(), ReportModule],
   * }).compile();
   * ```
   */
  static forRoot(options: AsposeAuthTestingOptions = {}): DynamicModule {
    return {
      module: AsposeAuthTestingModule,
      imports: [AsposeAuthModule.forRoot(testingOptions(options))],
    };
  }
}
