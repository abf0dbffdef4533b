import type { ModulesContainer } from '@nestjs/core';

import { InvalidOptionsError } from '../errors/errors.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';
import { clientOf, tokenOf } from './injection-tokens.js';

const CLIENT_NAME = /^[A-Za-z][\w-]{0,63}$/;

/** The names of all clients that were registered in this process, whichever app they are of. */
const everRegistered = new Set([DEFAULT_CLIENT]);

/**
 * Checks the name that a client is registered under, and remembers it for {@link namesToOverride}.
 *
 * @returns the name; without one, that of the default client.
 * @throws {InvalidOptionsError} when the name is not valid.
 */
export function registerName(name: unknown, what: string): string {
  if (name === undefined) return DEFAULT_CLIENT;
  const problem =
    typeof name !== 'string' || !CLIENT_NAME.test(name)
      ? 'name must be a letter, followed by at most 63 letters, digits, _ or -.'
      : name === DEFAULT_CLIENT &&
        `name: '${name}' is what the client without a name is called: leave it out.`;
  if (problem) throw new InvalidOptionsError(what, [problem]);
  everRegistered.add(name as string);
  return name as string;
}

/** The names that a test overrides, since it cannot tell which of them its app has. */
export function namesToOverride(): readonly string[] {
  return [...everRegistered];
}

/** The names of an app's clients, sorted. */
export function namesIn(modules: ModulesContainer): readonly string[] {
  const tokens = [...modules.values()].flatMap(({ providers }) => [
    ...providers.keys(),
  ]);
  return tokens
    .map((token) => ({ token, name: clientOf(token) }))
    .filter(({ token, name }) => token === tokenOf('givenOptions', name ?? ''))
    .map(({ name }) => String(name))
    .sort();
}

/** The message that no client has a name, with the names that exist. */
export function noSuchClient(name: string, names: readonly string[]): string {
  const there = names
    .map((known) =>
      known === DEFAULT_CLIENT ? 'the one without a name' : `'${known}'`,
    )
    .join(', ');
  return name === DEFAULT_CLIENT
    ? `There is no client without a name: ask for one by its name, or register one without. The app has ${there}.`
    : `There is no client '${name}': register it by AsposeAuthModule.forRoot({ name: '${name}', … }). The app has ${there}.`;
}
