import { InvalidOptionsError } from '../errors/errors.js';
import {
  isRecord,
  typeOf,
  typeProblems,
  unknownNames,
} from '../checks/option-checks.js';
import { originProblems, urlProblems } from '../checks/url-checks.js';
import type { TokenSource } from '../token/token-source.js';
import { originOf } from './attach-policy.js';

/** Where an HTTP client of the app's own may send the token. */
export interface TokenDestination {
  /**
   * The origins that may receive the token: scheme, host and port, exactly.
   *
   * @default those of the token source: of `AsposeTokenService` the option `allowedOrigins`
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

/** The names of the options that say where tokens may go. */
export const DESTINATION_OPTIONS = [
  'allowedOrigins',
  'allowInsecureHttp',
] as const satisfies (keyof TokenDestination)[];

/**
 * The origins that may receive the token, as `URL.origin` writes them.
 *
 * @param what - what fails otherwise: the error begins with it.
 * @param known - the names of all options that may be given.
 * @throws {InvalidOptionsError} when one of them is not an origin, when nothing says which they are, when there is no
 *   token source, or when an option is unknown or of another type.
 */
export function allowedOriginsFor(
  tokens: TokenSource | undefined,
  destination: TokenDestination = {},
  what = CANNOT_ATTACH,
  known: readonly string[] = DESTINATION_OPTIONS,
): readonly string[] {
  const wrong = destinationProblems(destination, known);
  if (wrong.length > 0) throw new InvalidOptionsError(what, wrong);
  const { allowedOrigins, allowInsecureHttp = false } = destination;
  if (typeof tokens?.getToken !== 'function')
    throw new InvalidOptionsError(what, [
      'There is no token source: pass AsposeTokenService. Was it injected, and not imported as a type only?',
    ]);
  const origins = allowedOrigins ?? tokens.allowedOrigins;
  if (origins === undefined)
    throw new InvalidOptionsError(what, [
      'allowedOrigins is missing: this token source does not say where its tokens may be sent. Override its allowedOrigins, or pass AsposeTokenService.',
    ]);
  // Whether http: is permitted was decided where the source got its own.
  const permitsHttp = allowInsecureHttp || allowedOrigins === undefined;
  const problems = origins.flatMap((origin, index) =>
    originProblems(`allowedOrigins[${index}]`, origin, permitsHttp),
  );
  if (problems.length > 0) throw new InvalidOptionsError(what, problems);
  return origins.map((origin) => new URL(origin).origin);
}

function destinationProblems(
  destination: unknown,
  known: readonly string[],
): string[] {
  if (!isRecord(destination))
    return [`The options must be an object, not ${typeOf(destination)}.`];
  const { allowedOrigins: origins = ['all'] } = destination;
  return [
    ...unknownNames(destination, known),
    ...(Array.isArray(origins) && origins.length > 0
      ? []
      : [
          `allowedOrigins must be a list of origins such as ['https://api.aspose.cloud'], not ${Array.isArray(origins) ? 'an empty one' : typeOf(origins)}.`,
        ]),
    ...typeProblems(destination, 'allowInsecureHttp', 'boolean'),
    ...typeProblems(destination, 'fetch', 'function'),
  ];
}

/**
 * Asserts that a base URL, if there is one, leads to an allowed origin.
 *
 * @throws {InvalidOptionsError} when it does not, or is no URL.
 */
export function assertBaseUrl(
  baseUrl: string | undefined,
  allowedOrigins: readonly string[],
  allowInsecureHttp?: boolean,
): void {
  if (baseUrl === undefined) return;
  const origin = originOf(baseUrl) ?? '';
  // Whether an allowed origin may be http: is decided already.
  const isAllowed = allowedOrigins.includes(origin);
  const problems = urlProblems(
    'baseUrl',
    baseUrl,
    allowInsecureHttp || isAllowed,
  );
  if (problems.length === 0 && !isAllowed)
    problems.push(
      `allowedOrigins lacks ${origin}, the origin of baseUrl: calls of a path would be made without the token.`,
    );
  if (problems.length > 0)
    throw new InvalidOptionsError(CANNOT_ATTACH, problems);
}
