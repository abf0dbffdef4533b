import type { ConfigurableModuleAsyncOptions } from '@nestjs/common';

import { InvalidOptionsError } from '../errors/invalid-options.error.js';

/**
 * Finds the factory that `forRootAsync()` is to take options from, that of a class included.
 *
 * Nest itself would stumble over a source that is missing, and over a class without the method.
 *
 * @param what - what cannot start without it.
 * @throws {InvalidOptionsError} when there is none.
 */
export function optionsFactory<Options, Method extends string>(
  source: ConfigurableModuleAsyncOptions<Options, Method>,
  method: Method,
  what: string,
): ConfigurableModuleAsyncOptions<Options, Method> {
  const { useFactory, useClass, useExisting = useClass } = { ...source };
  if (useFactory !== undefined) return {};
  if (useExisting === undefined)
    throw new InvalidOptionsError(
      [
        'forRootAsync() needs useFactory, useClass or useExisting: that is where the options come from.',
      ],
      { what },
    );
  return {
    inject: [useExisting],
    useFactory: (maker: { [Name in Method]?: () => Options }) => {
      if (typeof maker[method] === 'function') return maker[method]();
      throw new InvalidOptionsError(
        [
          `${useExisting.name} has no method ${method}(): that is where the options come from.`,
        ],
        { what },
      );
    },
    ...(useClass && { provideInjectionTokensFrom: [useClass] }),
  };
}
