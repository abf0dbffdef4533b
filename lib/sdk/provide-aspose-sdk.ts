import type { FactoryProvider, InjectionToken, Type } from '@nestjs/common';

import { TokenSource } from '../token/token-source.js';
import { withAsposeTokens } from './with-aspose-tokens.js';

/**
 * Provides an official Aspose SDK's API, ready to be injected by its class, with the app's tokens.
 *
 * @param api - the class, such as `CellsApi`.
 * @param create - creates the object; receives the providers in `inject`.
 * @throws {InvalidOptionsError} at boot, when the object is not one that {@link withAsposeTokens} knows.
 *
 * @example
 * ```ts
 * @Module({
 *   providers: [
 *     provideAsposeSdk(CellsApi, () => new CellsApi('external', 'external', 'v3.0')),
 *   ],
 * })
 * export class ReportModule {}
 * ```
 */
export function provideAsposeSdk<Api extends object>(
  api: Type<Api>,
  create: (...injected: never[]) => Api | Promise<Api>,
  inject: InjectionToken[] = [],
): FactoryProvider<Api> {
  return {
    provide: api,
    inject: [TokenSource, ...inject],
    useFactory: async (tokens: TokenSource, ...injected: unknown[]) =>
      withAsposeTokens(await create(...(injected as never[])), tokens),
  };
}
