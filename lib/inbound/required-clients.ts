import type { ModulesContainer } from '@nestjs/core';

import { noSuchClient } from '../clients/client-names.js';
import { AsposeAuthErrorCode, InvalidOptionsError } from '../errors/errors.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';
import { requirementsOf } from './requirements.js';

/**
 * Asserts that there is a client for each whose token `@RequireAsposeToken()` requires.
 *
 * @param names - the names of the app's clients.
 * @throws {InvalidOptionsError}
 */
export function assertRequiredClients(
  modules: ModulesContainer,
  names: readonly string[],
): void {
  const classes = [...modules.values()].flatMap(({ controllers, providers }) =>
    [...controllers.values(), ...providers.values()].map(
      ({ metatype }) => metatype as unknown,
    ),
  );
  const required = classes.flatMap((metatype) =>
    [metatype, ...methodsOf(metatype)]
      .filter((target) => typeof target === 'function')
      .flatMap(requirementsOf),
  );
  const missing = required
    .map(({ client = DEFAULT_CLIENT }) => client)
    .filter((client) => !names.includes(client));
  if (missing.length > 0)
    throw new InvalidOptionsError(
      '@RequireAsposeToken() cannot get a token',
      [...new Set(missing)].map((client) => noSuchClient(client, names)),
      AsposeAuthErrorCode.UNKNOWN_CLIENT,
    );
}

/** The methods of a class, inherited ones too. */
function methodsOf(metatype: unknown): unknown[] {
  const methods: unknown[] = [];
  let prototype: unknown =
    typeof metatype === 'function' ? metatype.prototype : undefined;
  while (typeof prototype === 'object' && prototype !== null) {
    for (const { value } of Object.values(
      Object.getOwnPropertyDescriptors(prototype),
    ))
      methods.push(value);
    prototype = Object.getPrototypeOf(prototype);
  }
  return methods;
}
