import { type InjectionToken, Logger } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

import { AsposeAuthErrorCode, InvalidOptionsError } from '../errors/errors.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';
import { namesIn, noSuchClient } from './client-names.js';
import { clientOf, tokenOf } from './injection-tokens.js';
import { isImported, isInReach, type NestModule } from './nest-modules.js';

/** What a class or a factory of a module injects. */
interface Injection {
  readonly module: NestModule;
  readonly token: InjectionToken;
}

/**
 * Asserts that there is a client for each that the app's classes and factories inject. It logs what is missing or out of
 * reach: Nest may be the first to fail, and says that it cannot resolve a dependency, but not which clients there are.
 *
 * @throws {InvalidOptionsError}
 */
export function assertInjectedClients(modules: ModulesContainer): void {
  const logger = new Logger('AsposeAuth');
  const all = [...modules.values()];
  const injections = all.flatMap(injectionsIn);
  // Not thrown: a test may have Nest mock what it cannot resolve.
  for (const problem of problemsOfReach(all, injections)) logger.error(problem);

  const missing = injections
    .filter(({ token }) => !all.some(({ providers }) => providers.has(token)))
    .map(({ token }) => clientOf(token))
    .filter((name) => name !== undefined);
  if (missing.length === 0) return;
  const error = new InvalidOptionsError(
    'The app cannot start',
    [...new Set(missing)].map((name) => noSuchClient(name, namesIn(modules))),
    AsposeAuthErrorCode.UNKNOWN_CLIENT,
  );
  logger.error(error.message);
  throw error;
}

/** A problem for each module that injects what `isGlobal: false` keeps from it. */
function problemsOfReach(
  all: readonly NestModule[],
  injections: readonly Injection[],
): Set<string> {
  const registrations = all.filter(isRegistration);
  const exporting = (token: InjectionToken) =>
    registrations.filter((registration) => isImported(token, [registration]));
  const problems = injections
    .filter(({ token }) => exporting(token).length > 0)
    .filter(({ token, module }) => !isInReach(token, module))
    .flatMap(({ token, module }) => {
      const [home] = all.filter(({ imports }) =>
        exporting(token).some((registration) => imports.has(registration)),
      );
      return home ? [outOfReach(token, module.name, home.name)] : [];
    });
  return new Set(problems);
}

function isRegistration({ providers }: NestModule): boolean {
  return [...providers.keys()].some(
    (token) => token === tokenOf('givenOptions', clientOf(token) ?? ''),
  );
}

function outOfReach(token: InjectionToken, from: string, home: string): string {
  const client = clientOf(token);
  const what =
    client === undefined
      ? String((token as { readonly name?: string }).name)
      : client === DEFAULT_CLIENT
        ? 'the client without a name'
        : `the client '${client}'`;
  return `${from} cannot inject ${what}, since isGlobal is false: import ${home} in it, and have ${home} export AsposeAuthModule.`;
}

function injectionsIn(module: NestModule): Injection[] {
  const { providers, controllers, injectables } = module;
  return [providers, controllers, injectables]
    .flatMap((wrappers) => [...wrappers.values()])
    .flatMap(({ inject, metatype }) =>
      Array.isArray(inject)
        ? inject.filter((token) => !isOptional(token))
        : injectedInto(metatype),
    )
    .map((token) => ({ module, token: token as InjectionToken }));
}

/** What `@Inject()` says of a parameter, or of a property. */
interface Injected {
  readonly index?: number;
  readonly param?: unknown;
  readonly key?: string;
  readonly type?: unknown;
}

/** What Nest injects into a class and cannot do without, by the metadata that its decorators leave. */
function injectedInto(metatype: unknown): unknown[] {
  if (typeof metatype !== 'function') return [];
  const metadata = (key: string) =>
    (Reflect.getMetadata(key, metatype) as unknown[] | undefined) ?? [];

  const parameters = [...metadata('design:paramtypes')];
  for (const { index, param } of metadata('self:paramtypes') as Injected[])
    parameters[Number(index)] = param;
  const optionals = metadata('optional:paramtypes');
  const properties = metadata('self:properties_metadata') as Injected[];
  const optionalKeys = metadata('optional:properties_metadata');
  return [
    ...parameters.filter((_, index) => !optionals.includes(index)),
    ...properties
      .filter(({ key }) => !optionalKeys.includes(key))
      .map(({ type }) => type),
  ];
}

function isOptional(token: unknown): boolean {
  return (
    typeof token === 'object' &&
    token !== null &&
    (token as { readonly optional?: boolean }).optional === true
  );
}
