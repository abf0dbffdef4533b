import { DEFAULT_BASE_URL, DEFAULT_TOKEN_ENDPOINT } from './aspose-cloud.js';
import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import { AccessToken } from '../token/access-token.js';
import type { ClientCredentialsInput } from '../credential/client-credentials.js';
import type { CredentialsFactory } from '../credential/credentials-resolver.js';
import { DEFAULT_RETRY, type RetrySettings } from '../credential/back-off.js';
import {
  DEFAULT_REFRESH,
  type RefreshSettings,
} from '../token/token-lifetime.js';
import {
  DEFAULT_QUERY_NAMES,
  type TokenEndpoint,
} from '../client-credentials/token-request.js';
import type { AxiosSettings } from '../transport/axios-settings.js';
import {
  type AsposeAuthModuleOptions,
  DEFAULT_TIMEOUTS,
  type Settings,
  type TimeoutSettings,
} from './aspose-auth-options.interface.js';
import { optionProblems } from './option-problems.js';
import { underBase } from './under-base.js';

/** The opening words of an error that stops the boot. */
export const CANNOT_START = 'AsposeAuthModule cannot start';

/** The options as the providers need them: checked, and with every default filled in. */
export interface ResolvedOptions {
  readonly auth: ResolvedAuth;
  readonly baseUrl: string;
  readonly endpoint: TokenEndpoint;
  readonly allowedOrigins: readonly string[];
  readonly refresh: RefreshSettings;
  readonly timeouts: TimeoutSettings;
  readonly retry: RetrySettings;
  readonly axios: AxiosSettings;
  readonly fetch: typeof globalThis.fetch | undefined;
  readonly tokenAxios: AxiosSettings;
  readonly warmUp: 'background' | 'require' | 'off';
}

/** Where tokens come from. */
export type ResolvedAuth =
  | {
      readonly mode: 'client-credentials';
      readonly credentials: ClientCredentialsInput | CredentialsFactory;
    }
  | { readonly mode: 'static'; readonly token: AccessToken }
  | { readonly mode: 'disabled' };

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {InvalidOptionsError} that lists every problem at once.
 */
export function resolveOptions(
  options: AsposeAuthModuleOptions,
): ResolvedOptions {
  const problems = optionProblems(options);
  if (problems.length > 0) throw new InvalidOptionsError(problems);

  const baseUrl = options.baseUrl ?? DEFAULT_BASE_URL;
  return {
    auth: resolveAuth(options),
    baseUrl,
    endpoint: {
      url: underBase(options.tokenEndpoint ?? DEFAULT_TOKEN_ENDPOINT, baseUrl),
      credentialsIn: options.credentialsIn ?? 'form',
      queryNames: withDefaults(DEFAULT_QUERY_NAMES, options.queryNames),
    },
    allowedOrigins: (options.allowedOrigins ?? [baseUrl]).map(
      (url) => new URL(url).origin,
    ),
    refresh: withDefaults(DEFAULT_REFRESH, options.refresh),
    timeouts: withDefaults(DEFAULT_TIMEOUTS, options.timeouts),
    retry: withDefaults(DEFAULT_RETRY, options.retry),
    axios: options.axios ?? {},
    fetch: options.fetch,
    tokenAxios: options.tokenAxios ?? {},
    warmUp: options.warmUp ?? 'background',
  };
}

function resolveAuth({
  clientId,
  clientSecret,
  credentials,
  accessToken,
  auth,
}: AsposeAuthModuleOptions): ResolvedAuth {
  if (auth === 'none') return { mode: 'disabled' };
  if (accessToken !== undefined)
    return { mode: 'static', token: new AccessToken(accessToken) };
  return {
    mode: 'client-credentials',
    credentials: credentials ?? {
      clientId: String(clientId),
      clientSecret: String(clientSecret),
    },
  };
}

function withDefaults<T extends object>(
  defaults: T,
  settings: Settings<T> | undefined,
): T {
  if (settings === undefined) return defaults;
  const given = Object.entries(settings).filter(
    ([, value]) => value !== undefined,
  );
  return { ...defaults, ...Object.fromEntries(given) };
}
