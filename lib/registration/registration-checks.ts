import type {
  ConfigurableModuleAsyncOptions,
  InjectionToken,
  Provider,
} from '@nestjs/common';
import { ModuleRef, type ModulesContainer } from '@nestjs/core';

import { typeProblems } from '../checks/option-checks.js';
import { AsposeAuthErrorCode, InvalidOptionsError } from '../errors/errors.js';
import { modulesOf } from './app-modules.js';

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
 * @param maker - the injection token of the class that makes the options. The class itself would not do: under test it must
 * not be made, and a test does not know it.
 * @param extras - the options that `forRootAsync()` takes itself.
 * @param what - what cannot start without it.
 * @throws {InvalidOptionsError} when there is no source, or when there are options next to it.
 */
export function optionsFactory<Options, Method extends string>(
  source: ConfigurableModuleAsyncOptions<Options, Method>,
  method: Method,
  maker: string,
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
    ...typeProblems(given, 'isGlobal', 'boolean'),
  ];
  if (useFactory === undefined && useExisting === undefined)
    problems.push(
      'forRootAsync() needs useFactory, useClass or useExisting: that is where the options come from.',
    );
  if (problems.length > 0) throw new InvalidOptionsError(what, problems);
  if (useFactory !== undefined || useExisting === undefined) return {};
  return {
    inject: [useClass === undefined ? useExisting : maker],
    useFactory: (made: { [Name in Method]?: () => Options }) => {
      if (typeof made[method] === 'function') return made[method]();
      throw new InvalidOptionsError(what, [
        `${useExisting.name} has no method ${method}(): that is where the options come from.`,
      ]);
    },
    ...(useClass && {
      provideInjectionTokensFrom: [{ provide: maker, useClass }],
    }),
  };
}

/**
 * Asserts that an app registers a module once.
 *
 * Two registrations would each fetch tokens, and which one a class gets would depend on import order.
 *
 * @param options - the injection token of the module's options.
 * @param what - what cannot start otherwise.
 * @throws {InvalidOptionsError}
 */
export function assertSingleRegistration(
  modules: ModulesContainer,
  options: InjectionToken,
  what: string,
): void {
  const registrations = [...modules.values()].filter(({ providers }) =>
    providers.has(options),
  );
  if (registrations.length > 1)
    throw new InvalidOptionsError(
      what,
      [
        'It is registered more than once: call forRoot or forRootAsync in one module only, or give each its own name. Other modules need not import it; if isGlobal is false, they import that module, which exports AsposeAuthModule.',
      ],
      AsposeAuthErrorCode.DUPLICATE_REGISTRATION,
    );
}

/**
 * Asserts that a provider lives as long as the app: it holds state that must outlive requests.
 *
 * One request-scoped provider in the `inject` of a factory makes it request-scoped.
 *
 * @param what - what cannot start otherwise.
 * @throws {InvalidOptionsError}
 */
export function assertStaticScope(
  modules: ModulesContainer,
  token: InjectionToken,
  what: string,
): void {
  for (const { providers } of modules.values())
    if (providers.get(token)?.isDependencyTreeStatic() === false)
      throw new InvalidOptionsError(what, [
        'forRootAsync() injects a request-scoped provider, so that every request would fetch its own token: take the options from providers that live as long as the app.',
      ]);
}

/** Makes a provider that asserts it at boot, where Nest does not make a request-scoped provider. */
export function staticScopeAtBoot(
  token: InjectionToken,
  what: string,
): Provider {
  return {
    provide: Symbol('staticScopeAtBoot'),
    inject: [ModuleRef],
    useFactory: (moduleRef: ModuleRef) => ({
      onModuleInit: () => assertStaticScope(modulesOf(moduleRef), token, what),
    }),
  };
}
