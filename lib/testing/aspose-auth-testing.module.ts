import { type DynamicModule, Module } from '@nestjs/common';

import { AsposeAuthModule } from '../aspose-auth.module.js';
import { namesToOverride, noSuchClient } from '../clients/client-names.js';
import { type ClientPart, tokenOf } from '../clients/injection-tokens.js';
import { AsposeAuthErrorCode, InvalidOptionsError } from '../errors/errors.js';
import { REGISTERED, refuseBareImport } from '../registration/bare-import.js';
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
   * Provides all that `AsposeAuthModule.forRoot()` does, under a `name` too.
   *
   * @example
   * ```ts
   * const module = await Test.createTestingModule({
   *   imports: [AsposeAuthTestingModule.forRoot(), ReportModule],
   * }).compile();
   * ```
   */
  static forRoot({
    name,
    ...options
  }: AsposeAuthTestingOptions & { name?: string } = {}): DynamicModule {
    return {
      module: AsposeAuthTestingModule,
      imports: [AsposeAuthModule.forRoot({ name, ...testingOptions(options) })],
      providers: [REGISTERED],
    };
  }
}

/** The part of Nest's `TestingModuleBuilder` that is used: `@nestjs/testing` need not be installed. */
export interface OverridableModuleBuilder {
  overrideProvider(token: unknown): { useValue(value: unknown): unknown };
}

/** How the clients of an app under test are authenticated. */
export interface OverrideAsposeAuthOptions extends AsposeAuthTestingOptions {
  /** What is different for clients with a name, by that name. */
  readonly clients?:
    Readonly<Record<string, AsposeAuthTestingOptions>> | undefined;
}

/**
 * Takes an app under test off the network: each of its clients gets a canned token, and `AsposeHttpService` and the injected fetch reach
 * only this machine. Any other client of the app still calls what it points at.
 *
 * For an app whose modules already import `AsposeAuthModule`. It needs neither its own options nor the environment that
 * a factory reads them from.
 *
 * @returns the same builder.
 * @throws {InvalidOptionsError} when `clients` names one that is registered nowhere.
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
  { clients = {}, ...options }: OverrideAsposeAuthOptions = {},
): Builder {
  const names = namesToOverride();
  const unknown = Object.keys(clients).filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new InvalidOptionsError(
      'overrideAsposeAuth cannot replace the tokens',
      unknown.map((name) => noSuchClient(name, names)),
      AsposeAuthErrorCode.UNKNOWN_CLIENT,
    );
  for (const name of names) {
    const override = (part: ClientPart, value: unknown) =>
      builder.overrideProvider(tokenOf(part, name)).useValue(value);
    override('givenOptions', testingOptions({ ...options, ...clients[name] }));
    override('optionsFactory', {});
  }
  return builder;
}
