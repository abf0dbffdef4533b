import { Logger } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

import { AsposeAuthErrorCode, InvalidOptionsError } from '../errors/errors.js';
import { namesIn, noSuchClient } from './client-names.js';
import { clientOf } from './injection-tokens.js';

/**
 * Asserts that there is a client for each that the app's classes and factories inject, and logs what is missing: Nest may be
 * the first to fail, and says that it cannot resolve a dependency, but not which clients there are.
 *
 * @throws {InvalidOptionsError}
 */
export function assertInjectedClients(modules: ModulesContainer): void {
  const all = [...modules.values()];
  const isProvided = (token: unknown) =>
    all.some(({ providers }) => providers.has(token as string));
  const missing = all
    .flatMap(({ providers, controllers, injectables }) =>
      [providers, controllers, injectables].flatMap((wrappers) =>
        [...wrappers.values()].flatMap(({ inject, metatype }) =>
          Array.isArray(inject)
            ? inject.filter((token) => !isOptional(token))
            : injectedInto(metatype),
        ),
      ),
    )
    .filter((token) => !isProvided(token))
    .map(clientOf)
    .filter((name) => name !== undefined);
  if (missing.length === 0) return;
  const error = new InvalidOptionsError(
    'The app cannot start',
    [...new Set(missing)].map((name) => noSuchClient(name, namesIn(modules))),
    AsposeAuthErrorCode.UNKNOWN_CLIENT,
  );
  new Logger('AsposeAuth').error(error.message);
  throw error;
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
