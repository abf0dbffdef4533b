import { encryptionKeyProblems } from '../checks/encryption-key-checks.js';
import {
  axiosProblems,
  isRecord,
  problemsIn,
  type RawOptions,
  TIMER_NUMBER,
  tokenAxiosProblems,
  typeOf,
  typeProblems,
  unknownNames,
} from '../checks/option-checks.js';
import { originProblems, urlProblems } from '../checks/url-checks.js';
import { DEFAULT_QUERY_NAMES } from '../client-credentials/token-request.js';
import { DEFAULT_RETRY } from '../credential/back-off.js';
import { BIRTH_MS } from '../store/store-access.js';
import type { TokenStore } from '../store/token-store.js';
import { DEFAULT_REFRESH } from '../token/token-lifetime.js';
import type { AxiosSettings } from '../transport/axios-settings.js';
import {
  type AsposeAuthModuleOptions,
  DEFAULT_BASE_URL,
  DEFAULT_IDLE_TIMEOUT_MS,
  DEFAULT_TIMEOUTS,
  DEFAULT_TOKEN_ENDPOINT,
} from './aspose-auth-options.interface.js';

/** The default of an option, and the check of one that is given. */
interface Option<T> {
  readonly default: T;
  /** Lists the problems of an option. It gets all options, unchecked, with their defaults filled in. */
  readonly problems: (options: RawOptions, name: string) => string[];
}

const PARAMETER_NAME = {
  matches: (value: unknown) => typeof value === 'string' && value !== '',
  is: 'the name of a parameter',
};

/** The options of each way to authenticate. */
export const WAYS_TO_AUTHENTICATE = [
  ['clientId', 'clientSecret'],
  ['credentials'],
  ['accessToken'],
  ['tenants'],
  ['auth'],
] as const;

/** Every other option. */
export const OPTION_TABLE = {
  baseUrl: option(DEFAULT_BASE_URL, ({ baseUrl, allowInsecureHttp }, name) =>
    urlProblems(name, baseUrl, allowInsecureHttp),
  ),
  tokenEndpoint: option(
    DEFAULT_TOKEN_ENDPOINT,
    ({ tokenEndpoint, allowInsecureHttp }, name) =>
      urlProblems(
        name,
        // A path is checked under a good base: the problems of the real one are those of baseUrl.
        isPath(tokenEndpoint)
          ? DEFAULT_BASE_URL + tokenEndpoint
          : tokenEndpoint,
        allowInsecureHttp,
        `${DEFAULT_BASE_URL}${DEFAULT_TOKEN_ENDPOINT}, or a path that begins with /`,
      ),
  ),
  credentialsIn: choice('form', 'query'),
  queryNames: settings(
    DEFAULT_QUERY_NAMES,
    PARAMETER_NAME,
    ({ clientId, clientSecret }, { credentialsIn }) => ({
      "queryNames has no effect without credentialsIn: 'query'.":
        credentialsIn !== 'query',
      [`queryNames has ${clientId} for both the client id and the secret: name each parameter.`]:
        clientId === clientSecret,
    }),
  ),
  allowedOrigins: option<readonly string[] | undefined>(
    undefined,
    allowedOriginsProblems,
  ),
  store: option<TokenStore | undefined>(undefined, storeProblems),
  refresh: settings(DEFAULT_REFRESH, TIMER_NUMBER, ({ earliest, latest }) => ({
    [`refresh.earliest (${earliest}) must not be above refresh.latest (${latest}). Unset values have their defaults.`]:
      earliest > latest,
    'refresh.latest must be below 0.9: the last tenth of a lifetime is kept for failures.':
      latest >= 0.9,
  })),
  timeouts: settings(
    DEFAULT_TIMEOUTS,
    TIMER_NUMBER,
    ({ attemptMs, flightMs }) => ({
      [`timeouts.attemptMs (${attemptMs}) must not be above timeouts.flightMs (${flightMs}). Unset values have their defaults.`]:
        attemptMs > flightMs,
    }),
  ),
  retry: settings(DEFAULT_RETRY, TIMER_NUMBER, ({ attempts }) => ({
    'retry.attempts must be a whole number.': !Number.isInteger(attempts),
  })),
  idleTimeoutMs: option(DEFAULT_IDLE_TIMEOUT_MS, ({ idleTimeoutMs }, name) =>
    idleTimeoutMs === 0 || TIMER_NUMBER.matches(idleTimeoutMs)
      ? []
      : [`${name} must be ${TIMER_NUMBER.is}, or 0 for no limit.`],
  ),
  axios: option<AxiosSettings>({}, axiosProblems),
  fetch: option<typeof globalThis.fetch | undefined>(
    undefined,
    (options, name) => typeProblems(options, name, 'function'),
  ),
  tokenAxios: option<AxiosSettings>({}, (options) =>
    tokenAxiosProblems(options, 'timeouts.attemptMs'),
  ),
  warmUp: choice('background', 'require', 'off'),
  allowInsecureHttp: option(false, (options, name) =>
    typeProblems(options, name, 'boolean'),
  ),
  isGlobal: option(undefined, ofTheRegistration),
  name: option(undefined, ofTheRegistration),
} satisfies Record<
  | Exclude<
      keyof AsposeAuthModuleOptions,
      (typeof WAYS_TO_AUTHENTICATE)[number][number]
    >
  | 'isGlobal'
  | 'name',
  Option<unknown>
>;

/** Whether a token endpoint is a path under the base URL. */
export function isPath(tokenEndpoint: unknown): boolean {
  return typeof tokenEndpoint === 'string' && tokenEndpoint.startsWith('/');
}

function option<T>(
  defaultValue: T,
  problems: Option<T>['problems'],
): Option<T> {
  return { default: defaultValue, problems };
}

/** One of several texts. The first is the default. */
function choice<T extends string>(...choices: [T, ...T[]]): Option<T> {
  const listed = choices.map((one) => `'${one}'`).join(' or ');
  return option(choices[0], (options, name) =>
    choices.some((one) => one === options[name])
      ? []
      : [`${name} must be ${listed}.`],
  );
}

/**
 * A group of settings, each of the same kind.
 *
 * @param relations - problems between the settings, and whether each is there. A setting that has a problem of its own is
 *   given to it with its default.
 */
function settings<T extends object>(
  defaults: T,
  kind: { readonly matches: (value: unknown) => boolean; readonly is: string },
  relations: (settings: T, options: RawOptions) => Record<string, boolean>,
): Option<T> {
  return option(defaults, (options, name) => {
    const given = options[name];
    if (!isRecord(given)) return typeProblems(options, name, 'object');
    const wrong = Object.entries(defaults).filter(
      ([field]) => !kind.matches(given[field]),
    );
    const usable = { ...given, ...Object.fromEntries(wrong) } as T;
    return [
      ...unknownNames(given, Object.keys(defaults), `${name}.`),
      ...wrong.map(([field]) => `${name}.${field} must be ${kind.is}.`),
      ...problemsIn(relations(usable, options)),
    ];
  });
}

/** For an option of the registration: Nest reads it before it calls the factory. */
function ofTheRegistration(_: RawOptions, name: string): string[] {
  return [
    `${name} cannot come from a factory: pass it to forRootAsync() itself.`,
  ];
}

const STORE_METHODS = ['look', 'read', 'write', 'tryLock', 'unlock'] as const;

function storeProblems(
  { store, timeouts }: RawOptions,
  name: string,
): string[] {
  if (!isRecord(store)) return typeProblems({ store }, name, 'object');
  const missing = STORE_METHODS.filter(
    (method) => typeof store[method] !== 'function',
  );
  if (missing.length === 0)
    return [
      ...storeTimeoutProblems(
        store['timeoutMs'],
        isRecord(timeouts) ? timeouts : { ...DEFAULT_TIMEOUTS },
        `${name}.timeoutMs`,
      ),
      ...encryptionKeyProblems(
        store['encryptionKeys'],
        `${name}.encryptionKeys`,
      ),
    ];
  return isRedisClient(store)
    ? [
        `${name} is a Redis client: pass redisTokenStore(client) of nestjs-aspose-auth/redis.`,
      ]
    : [
        `${name} must be a TokenStore, such as redisTokenStore(client) of nestjs-aspose-auth/redis; it lacks ${missing.join(', ')}.`,
      ];
}

/** A caller that waited for the store in vain still needs time for a token request. */
function storeTimeoutProblems(
  timeoutMs: unknown,
  { attemptMs, flightMs }: RawOptions,
  name: string,
): string[] {
  if (!TIMER_NUMBER.matches(timeoutMs))
    return [`${name} must be ${TIMER_NUMBER.is}.`];
  const storeMs = Math.max(Number(timeoutMs), BIRTH_MS);
  const neededMs = Number(attemptMs) + storeMs;
  const what =
    storeMs === BIRTH_MS
      ? `the ${BIRTH_MS} ms that a store may take as a process starts`
      : `${name} (${storeMs})`;
  return problemsIn({
    [`timeouts.flightMs (${Number(flightMs)}) must be at least ${neededMs} with a store: timeouts.attemptMs (${Number(attemptMs)}) and ${what}. Else there is no time for a token request while the store hangs.`]:
      neededMs > Number(flightMs),
  });
}

function isRedisClient(store: Readonly<Record<string, unknown>>): boolean {
  return ['defineCommand', 'evalSha'].some(
    (method) => typeof store[method] === 'function',
  );
}

function allowedOriginsProblems({
  allowedOrigins: origins,
  baseUrl,
  allowInsecureHttp,
}: RawOptions): string[] {
  if (!Array.isArray(origins) || origins.length === 0)
    return [
      `allowedOrigins must be a list of origins such as ['${DEFAULT_BASE_URL}'], not ${Array.isArray(origins) ? 'an empty one' : typeOf(origins)}.`,
    ];
  const problems = origins.flatMap((origin: unknown, index) =>
    originProblems(`allowedOrigins[${index}]`, origin, allowInsecureHttp),
  );
  if (problems.length > 0 || !URL.canParse(String(baseUrl))) return problems;
  const { origin } = new URL(String(baseUrl));
  return origins.some((allowed: string) => new URL(allowed).origin === origin)
    ? []
    : [
        `allowedOrigins lacks ${origin}, the origin of baseUrl: every relative call of AsposeHttpService would fail. Add it to allowedOrigins, or set baseUrl to where the APIs are.`,
      ];
}
