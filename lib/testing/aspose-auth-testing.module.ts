import { type DynamicModule, Module } from '@nestjs/common';

import { AsposeAuthModule } from '../aspose-auth.module.js';
import { type ClientPart, tokenOf } from '../clients/injection-tokens.js';
import { REGISTERED, refuseBareImport } from '../registration/bare-import.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';
import {
  type AsposeAuthTestingOptions,
  testingOptions,
} from './testing-options.js';

/** Replaces `AsposeAuthModule` in a test of single modules: a canned token and no network. */
@Module({
  providers: [refuseBareImport('AsposeAuthTestingModule cannot start')],
})
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
      providers: [REGISTERED],
    };
  }
}

/** The part of Nest's `TestingModuleBuilder` that is used: `@nestjs/testing` need not be installed. */
export interface OverridableModuleBuilder {
  overrideProvider(token: unknown): { useValue(value: unknown): unknown };
}

/**
 * Takes an app under test off the network: it gets a canned token, and `AsposeHttpService` and the injected fetch reach
 * only this machine. Any other client of the app still calls what it points at.
 *
 * For an app whose modules already import `AsposeAuthModule`. It needs neither its own options nor the environment that
 * a factory reads them from.
 *
 * @returns the same builder.
 *
 * @example
 * ```ts
 * const module = await overrideAsposeAuth(
 *   Test.createTestingModule({ imports: [AppModule] }),
 * ).compile();
 * ```
 */
export function overrideAsposeAuth<Builder extends OverridableModuleBuilder>(
  builder: Builder,
  options: AsposeAuthTestingOptions = {},
): Builder {
  const override = (part: ClientPart, value: unknown) =>
    builder.overrideProvider(tokenOf(part, DEFAULT_CLIENT)).useValue(value);
  override('givenOptions', testingOptions(options));
  override('optionsFactory', {});
  return builder;
}
