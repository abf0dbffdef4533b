import type { ConfigurableModuleAsyncOptions } from '@nestjs/common';

import { typeProblems } from '../checks/option-checks.js';
import { InvalidOptionsError } from '../errors/invalid-options.error.js';

const NEST_OPTIONS = [
  'imports',
  'inject',
  'useFactory',
  'useClass',
  'useExisting',
  'provideInjectionTokensFrom',
];

/**
 * Finds the factory that supplies the options of `forRootAsync()`, that of a class included.
 *
 * Nest fails obscurely when the source is missing or unusable, and drops options next to the factory.
 *
 * @param extras - the options that `forRootAsync()` takes itself.
 * @param what - what cannot start without it.
 * @throws {InvalidOptionsError} when there is no source, or when there are options next to it.
 */
export function optionsFactory<Options, Method extends string>(
  source: ConfigurableModuleAsyncOptions<Options, Method>,
  method: Method,
  extras: readonly string[],
  what: string,
): ConfigurableModuleAsyncOptions<Options, Method> {
  const given: Readonly<Record<string, unknown>> = { ...source };
  const { useFactory, useClass, useExisting = useClass } = { ...source };
  const problems = [
    ...Object.keys(given)
      .filter((name) => given[name] !== undefined)
      .filter((name) => ![...NEST_OPTIONS, ...extras].includes(name))
      .map(
        (name) =>
          `${name} is not an option of forRootAsync() itself: return it from the factory.`,
      ),
    ...typeProblems(given, 'useFactory', 'function'),
    ...typeProblems(given, 'useClass', 'function'),
  ];
  if (useFactory === undefined && useExisting === undefined)
    problems.push(
      'forRootAsync() needs useFactory, useClass or useExisting: that is where the options come from.',
    );
  if (problems.length > 0) throw new InvalidOptionsError(what, problems);
  if (useFactory !== undefined || useExisting === undefined) return {};
  return {
    inject: [useExisting],
    useFactory: (maker: { [Name in Method]?: () => Options }) => {
      if (typeof maker[method] === 'function') return maker[method]();
      throw new InvalidOptionsError(what, [
        `${useExisting.name} has no method ${method}(): that is where the options come from.`,
      ]);
    },
    ...(useClass && { provideInjectionTokensFrom: [useClass] }),
  };
}
