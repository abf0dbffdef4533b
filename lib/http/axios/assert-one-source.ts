import { InvalidOptionsError } from '../../errors/errors.js';
import type { TokenLayer } from '../../token/token-layer.js';
import type { TokenSource } from '../../token/token-source.js';
import { CANNOT_ATTACH } from '../token-destination.js';

/** A token source, and who may receive its tokens. */
export interface Owner {
  readonly tokens: TokenSource;
  readonly allowedOrigins: readonly string[];
}

/**
 * Asserts that no origin gets the tokens of two sources: which of them a request carries would be a matter of chance.
 *
 * @param owners - whose tokens the same HTTP client sends already.
 * @throws {InvalidOptionsError} that names both.
 */
export function assertOneSource(
  { tokens, allowedOrigins }: Owner,
  owners: Iterable<Owner>,
): void {
  const problems: string[] = [];
  for (const owner of owners)
    for (const origin of allowedOrigins)
      if (owner.tokens !== tokens && owner.allowedOrigins.includes(origin))
        problems.push(
          `${origin} gets the tokens of ${nameOf(owner.tokens)} from this HTTP client, and cannot get those of ${nameOf(tokens)} as well. ` +
            'Close the app that attached them first (app.close()), or use an HTTP client for each: HttpModule.register({}), or axios.create().',
        );
  if (problems.length > 0)
    throw new InvalidOptionsError(CANNOT_ATTACH, problems);
}

/** A test's stand-in may have only `getToken`. */
function nameOf(tokens: Partial<TokenLayer>): string {
  const { mode = 'custom', clientId } = tokens.explain?.() ?? {};
  return clientId === undefined
    ? `a source of the mode ${mode}`
    : `client id ${clientId} (${mode})`;
}
