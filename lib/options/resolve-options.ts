import {
  isRecord,
  problemsIn,
  type RawOptions,
  TIMER_NUMBER,
  typeOf,
  typeProblems,
  unknownNames,
} from '../checks/option-checks.js';
import type { TokenEndpoint } from '../client-credentials/token-request.js';
import {
  type ClientCredentialsInput,
  credentialProblems,
} from '../credential/client-credentials.js';
import type { CredentialsFactory } from '../credential/credentials-resolver.js';
import { unfilledProblems } from '../token/unfilled-text.js';
import { InvalidOptionsError } from '../errors/errors.js';
import { ASSERT_REACHABLE, type AssertReachable } from '../http/reachable.js';
import {
  DEFAULT_TENANT_LIMITS,
  type TenantOptions,
} from '../tenants/tenant-settings.js';
import { AccessToken, isBearerToken } from '../token/access-token.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';
import type { AsposeAuthModuleOptions } from './aspose-auth-options.interface.js';
import { isPath, OPTION_TABLE, WAYS_TO_AUTHENTICATE } from './option-table.js';

/** The opening words of an error that stops the boot. */
export const CANNOT_START = 'AsposeAuthModule cannot start';

/** The same, about the options of a client. */
export function cannotStart(client: string): string {
  return client === DEFAULT_CLIENT
    ? CANNOT_START
    : `AsposeAuthModule cannot start the client '${client}'`;
}

type Table = typeof OPTION_TABLE;
type CompleteOptions = {
  readonly [Name in keyof Table]: Table[Name]['default'];
};

/** Where tokens come from. */
export type ResolvedAuth =
  | {
      readonly mode: 'client-credentials';
      readonly credentials: ClientCredentialsInput | CredentialsFactory;
    }
  | { readonly mode: 'static'; readonly token: AccessToken }
  | { readonly mode: 'tenants'; readonly tenants: TenantOptions }
  | { readonly mode: 'disabled' };

/** The options as the providers need them: checked, and with every default filled in. */
export interface ResolvedOptions extends Omit<
  CompleteOptions,
  'tokenEndpoint' | 'credentialsIn' | 'queryNames'
> {
  readonly auth: ResolvedAuth;
  readonly endpoint: TokenEndpoint;
  /** As `URL.origin` writes them. */
  readonly allowedOrigins: readonly string[];
  /** Of an app under test. */
  readonly assertReachable: AssertReachable | undefined;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {InvalidOptionsError} that lists every problem at once.
 */
export function resolveOptions(
  given: AsposeAuthModuleOptions & {
    readonly [ASSERT_REACHABLE]?: AssertReachable;
  },
  client: string = DEFAULT_CLIENT,
): ResolvedOptions {
  const options: unknown = given;
  if (!isRecord(options))
    throw new InvalidOptionsError(cannotStart(client), [
      `The options must be an object, not ${typeOf(options)}. Did the factory forget to return them?`,
    ]);
  const auth = resolveAuth(given);
  const rows = Object.entries<Table[keyof Table]>(OPTION_TABLE);
  const complete: RawOptions = {
    auth: given.auth,
    ...Object.fromEntries(
      rows.map(([name, row]) => [name, filled(options[name], row.default)]),
    ),
  };
  const problems = [
    ...unknownNames(options, [
      ...WAYS_TO_AUTHENTICATE.flat(),
      ...Object.keys(OPTION_TABLE),
    ]),
    ...(Array.isArray(auth) ? auth : []),
    ...rows
      .filter(([name]) => options[name] !== undefined)
      .flatMap(([name, row]) => row.problems(complete, name)),
    ...problemsIn({
      'store has no effect with accessToken or auth: no token is fetched. Remove one of them.':
        options.store !== undefined &&
        (given.accessToken !== undefined || given.auth !== undefined),
    }),
  ];
  if (Array.isArray(auth) || problems.length > 0)
    throw new InvalidOptionsError(cannotStart(client), problems);

  const { baseUrl, tokenEndpoint, credentialsIn, queryNames, ...settings } =
    complete as CompleteOptions;
  const url = isPath(tokenEndpoint)
    ? baseUrl.replace(/(?<!\/)\/+$/, '') + tokenEndpoint
    : tokenEndpoint;
  return {
    ...settings,
    auth,
    baseUrl,
    assertReachable: given[ASSERT_REACHABLE],
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

/**
 * Reads the one way to authenticate that the options have.
 *
 * @returns that way, or the problems with it. These never quote a secret.
 */
function resolveAuth(
  options: AsposeAuthModuleOptions,
): ResolvedAuth | string[] {
  const given = WAYS_TO_AUTHENTICATE.map((names) =>
    names.filter((name) => options[name] !== undefined),
  ).filter((names) => names.length > 0);
  if (given.length === 0)
    return [
      'There are no credentials: set clientId and clientSecret (or credentials, tenants, accessToken or auth). ' +
        'Are the variables they come from set, in the environment or in .env? Nest alone reads no .env: ' +
        'ConfigModule of @nestjs/config does, maybe after forRoot() was called. Then use forRootAsync() with ConfigService.',
    ];
  if (given.length > 1)
    return [
      `${given.flat().join(', ')} exclude one another: keep one way to authenticate. A second one is for a client with a name of its own.`,
    ];
  const { clientId, clientSecret, credentials, accessToken, tenants, auth } =
    options;
  if (auth !== undefined)
    return auth === 'none' ? { mode: 'disabled' } : ["auth must be 'none'."];
  if (accessToken !== undefined) return staticToken(accessToken);
  if (tenants !== undefined) {
    const problems = tenantProblems(tenants, options.warmUp);
    return problems.length > 0
      ? problems
      : {
          mode: 'tenants',
          tenants: filled(tenants, DEFAULT_TENANT_LIMITS) as TenantOptions,
        };
  }
  const problems =
    credentials === undefined
      ? credentialProblems(options)
      : credentialsProblems(credentials);
  if (problems.length > 0) return problems;
  const pair = { clientId, clientSecret } as ClientCredentialsInput;
  return { mode: 'client-credentials', credentials: credentials ?? pair };
}

function staticToken(accessToken: unknown): ResolvedAuth | string[] {
  const text = typeof accessToken === 'string' ? accessToken : '';
  const problems = unfilledProblems('accessToken', text);
  if (problems.length > 0) return problems;
  return isBearerToken(text)
    ? { mode: 'static', token: new AccessToken(text) }
    : [
        'accessToken must be a token as a header carries it: letters, digits and -._~+/ only, without white space and without "Bearer ".',
      ];
}

function tenantProblems(tenants: unknown, warmUp: unknown): string[] {
  if (!isRecord(tenants)) return typeProblems({ tenants }, 'tenants', 'object');
  const { credentials, max, idleMs } = tenants;
  return [
    ...unknownNames(
      tenants,
      ['tenantOf', 'currentTenant', 'credentials', 'max', 'idleMs'],
      'tenants.',
    ),
    ...problemsIn({
      'tenants.credentials must be a function that returns the { clientId, clientSecret } of a tenant.':
        typeof credentials !== 'function',
      'tenants.max must be a whole number from 1 up.':
        max !== undefined && !(Number.isSafeInteger(max) && Number(max) >= 1),
      [`tenants.idleMs must be ${TIMER_NUMBER.is}.`]:
        idleMs !== undefined && !TIMER_NUMBER.matches(idleMs),
      "warmUp: 'require' has no effect with tenants: no tenant is current while the app starts.":
        warmUp === 'require',
    }),
    ...['tenantOf', 'currentTenant'].flatMap((name) =>
      typeProblems(tenants, name, 'function').map(
        (problem) => `tenants.${problem}`,
      ),
    ),
  ];
}

function credentialsProblems(credentials: unknown): string[] {
  if (typeof credentials === 'function') return [];
  if (!isRecord(credentials) || credentials instanceof Promise)
    return [
      `credentials must be { clientId, clientSecret } or a function that returns it, not ${credentials instanceof Promise ? 'a promise' : typeOf(credentials)}.`,
    ];
  return [
    ...unknownNames(credentials, WAYS_TO_AUTHENTICATE[0], 'credentials.'),
    ...credentialProblems(credentials).map(
      (problem) => `credentials: ${problem}`,
    ),
  ];
}
