import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import { assertTokenSource } from '../checks/token-source-check.js';
import { originProblems } from '../checks/url-checks.js';
import type { TokenSource } from '../token/token-source.js';

/** Where an HTTP client of the app's own may send the token. */
export interface TokenDestination {
  /**
   * The origins that may receive the token: scheme, host and port, exactly.
   *
   * @default those of the token service, which are the module's `allowedOrigins`
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /**
   * Permits `http:` origins beyond loopback, where anyone on the way can read the token.
   *
   * @deprecated Not going away, but marked so that it stands out: only for a container on a private network.
   * @default false
   */
  readonly allowInsecureHttp?: boolean | undefined;
}

/** What an {@link InvalidOptionsError} of an HTTP client of the app's own begins with. */
export const CANNOT_ATTACH = 'The token cannot be attached';

/**
 * The origins that may receive the token, as `URL.origin` writes them.
 *
 * @throws {InvalidOptionsError} when one of them is none, or when there are none at all.
 */
export function allowedOriginsFor(
  tokens: TokenSource,
  { allowedOrigins, allowInsecureHttp = false }: TokenDestination,
): readonly string[] {
  assertTokenSource(tokens, CANNOT_ATTACH);
  if (allowedOrigins === undefined) {
    if (tokens.allowedOrigins !== undefined) return tokens.allowedOrigins;
    throw new InvalidOptionsError(
      [
        'allowedOrigins is missing: this token source does not say where its tokens may be sent.',
      ],
      { what: CANNOT_ATTACH },
    );
  }
  const problems = allowedOrigins.flatMap((origin, index) =>
    originProblems(`allowedOrigins[${index}]`, origin, allowInsecureHttp),
  );
  if (problems.length > 0)
    throw new InvalidOptionsError(problems, { what: CANNOT_ATTACH });
  return allowedOrigins.map((origin) => new URL(origin).origin);
}
