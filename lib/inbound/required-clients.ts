import type { ModulesContainer } from '@nestjs/core';

import { noSuchClient } from '../clients/client-names.js';
import { AsposeAuthErrorCode, InvalidOptionsError } from '../errors/errors.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';
import { requirementsFor } from './requirements.js';

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
      .flatMap(requirementsFor),
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

/** The methods of a class, inherited ones too, unless it has another of the same name. */
function methodsOf(metatype: unknown): unknown[] {
  const methods = new Map<string, unknown>();
  let prototype: unknown =
    typeof metatype === 'function' ? metatype.prototype : undefined;
  while (typeof prototype === 'object' && prototype !== null) {
    for (const [name, { value }] of Object.entries(
      Object.getOwnPropertyDescriptors(prototype),
    ))
      if (!methods.has(name)) methods.set(name, value);
    prototype = Object.getPrototypeOf(prototype);
  }
  // The class itself.
  methods.delete('constructor');
  return [...methods.values()];
}
