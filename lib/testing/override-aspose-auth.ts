import { ASPOSE_AUTH_MODULE_OPTIONS } from '../clients/injection-tokens.js';
import {
  type AsposeAuthTestingOptions,
  testingOptions,
} from './testing-options.js';

/** The part of Nest's `TestingModuleBuilder` that is used: `@nestjs/testing` need not be installed. */
export interface OverridableModuleBuilder {
  overrideProvider(token: unknown): { useValue(value: unknown): unknown };
}

/**
 * Takes an app under test off the network: a canned token, and calls of `AsposeHttpService` and the injected fetch to
 * this machine only. What else the app calls Aspose with goes where it is told to.
 *
 * For an app whose modules already import `AsposeAuthModule`; its own options are not needed, nor is the
 * environment that a factory reads them from.
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
  builder
    .overrideProvider(ASPOSE_AUTH_MODULE_OPTIONS)
    .useValue(testingOptions(options));
  return builder;
}
