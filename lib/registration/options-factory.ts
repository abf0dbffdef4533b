import type { ConfigurableModuleAsyncOptions } from '@nestjs/common';

import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import { typeProblems } from '../checks/option-checks.js';

/**
 * Finds the factory that `forRootAsync()` is to take options from, that of a class included.
 *
 * Nest itself would stumble over a source that is missing or none, and over a class without the method; and it would
 * drop options that stand beside the factory.
 *
 * @param extras - the options that `forRootAsync()` takes itself.
 * @param what - what cannot start without it.
 * @throws {InvalidOptionsError} when there is none, or when there are options beside it.
 */
export function optionsFactory<Options, Method extends string>(
  source: ConfigurableModuleAsyncOptions<Options, Method>,
  method: Method,
  extras: readonly string[],
  what: string,
): ConfigurableModuleAsyncOptions<Options, Method> {
  const problems = sourceProblems({ ...source }, extras);
  if (problems.length > 0) throw new InvalidOptionsError(problems, { what });
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

const NEST_OPTIONS = [
  'imports',
  'inject',
  'useFactory',
  'useClass',
  'useExisting',
  'provideInjectionTokensFrom',
];

function sourceProblems(
  source: Readonly<Record<string, unknown>>,
  extras: readonly string[],
): string[] {
  const strays = Object.keys(source).filter(
    (name) =>
      source[name] !== undefined &&
      !NEST_OPTIONS.includes(name) &&
      !extras.includes(name),
  );
  return [
    ...strays.map(
      (name) =>
        `${name} is not an option of forRootAsync() itself: return it from the factory.`,
    ),
    ...typeProblems(source, 'useFactory', 'function'),
    ...typeProblems(source, 'useClass', 'function'),
  ];
}
