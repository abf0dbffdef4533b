import { isRecord, typeOf, unknownNames } from '../checks/option-checks.js';
import type { TokenEndpoint } from '../client-credentials/token-request.js';
import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import type { AsposeAuthModuleOptions } from './aspose-auth-options.interface.js';
import { isPath, OPTION_TABLE } from './option-table.js';
import {
  resolveAuth,
  type ResolvedAuth,
  WAYS_TO_AUTHENTICATE,
} from './resolve-auth.js';

/** The opening words of an error that stops the boot. */
export const CANNOT_START = 'AsposeAuthModule cannot start';

type Table = typeof OPTION_TABLE;
type CompleteOptions = {
  readonly [Name in keyof Table]: Table[Name]['default'];
};

/** The options as the providers need them: checked, and with every default filled in. */
export interface ResolvedOptions extends Omit<
  CompleteOptions,
  'tokenEndpoint' | 'credentialsIn' | 'queryNames'
> {
  readonly auth: ResolvedAuth;
  readonly endpoint: TokenEndpoint;
  /** As `URL.origin` writes them. */
  readonly allowedOrigins: readonly string[];
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {InvalidOptionsError} that lists every problem at once.
 */
export function resolveOptions(
  given: AsposeAuthModuleOptions,
): ResolvedOptions {
  const options: unknown = given;
  if (!isRecord(options))
    throw new InvalidOptionsError(CANNOT_START, [
      `The options must be an object, not ${typeOf(options)}. Did the factory forget to return them?`,
    ]);
  const auth = resolveAuth(given);
  const rows = Object.entries<Table[keyof Table]>(OPTION_TABLE);
  const complete = Object.fromEntries<unknown>([
    ['auth', given.auth],
    ...rows.map(
      ([name, row]) => [name, filled(options[name], row.default)] as const,
    ),
  ]);
  const problems = [
    ...unknownNames(options, [
      ...WAYS_TO_AUTHENTICATE.flat(),
      ...Object.keys(OPTION_TABLE),
    ]),
    ...(Array.isArray(auth) ? auth : []),
    ...rows
      .filter(([name]) => options[name] !== undefined)
      .flatMap(([name, row]) => row.problems(complete, name)),
  ];
  if (Array.isArray(auth) || problems.length > 0)
    throw new InvalidOptionsError(CANNOT_START, problems);

  const { baseUrl, tokenEndpoint, credentialsIn, queryNames, ...settings } =
    complete as CompleteOptions;
  const url = isPath(tokenEndpoint)
    ? baseUrl.replace(/(?<!\/)\/+$/, '') + tokenEndpoint
    : tokenEndpoint;
  return {
    ...settings,
    auth,
    baseUrl,
    endpoint: { url, credentialsIn, queryNames },
    allowedOrigins: (settings.allowedOrigins ?? [baseUrl]).map(
      (allowed) => new URL(allowed).origin,
    ),
  };
}

/** Puts the default in the place of what is absent: the option, or some of its settings. */
function filled(value: unknown, defaultValue: unknown): unknown {
  if (value === undefined) return defaultValue;
  if (!isRecord(value) || !isRecord(defaultValue)) return value;
  const given = Object.entries(value).filter(
    ([, field]) => field !== undefined,
  );
  return { ...defaultValue, ...Object.fromEntries(given) };
}
