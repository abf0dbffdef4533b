import { InvalidOptionsError } from '../errors/errors.js';

const MAX_LENGTH = 200;

/** Whether a value can tell one tenant from the others. */
function isTenantId(id: unknown): id is string {
  return typeof id === 'string' && id.length > 0 && id.length <= MAX_LENGTH;
}

/**
 * Asserts that a value can tell one tenant from the others.
 *
 * @param what - what cannot be done otherwise.
 * @throws {InvalidOptionsError}
 */
export function assertTenantId(
  id: unknown,
  what: string,
): asserts id is string {
  if (isTenantId(id)) return;
  throw new InvalidOptionsError(what, [
    `A tenant's id is a string of 1 to ${MAX_LENGTH} characters, not ${describe(id)}.`,
  ]);
}

function describe(id: unknown): string {
  if (typeof id === 'string') return `one of ${id.length}`;
  if (!(id instanceof Promise)) return typeof id;
  // Nobody waits for it.
  id.catch(() => {});
  return 'a promise: have it awaited before, by a guard or middleware that leaves the id on the request';
}
