import type { ConfigurableModuleAsyncOptions } from '@nestjs/common';

import type { ClientCredentialsInput } from '../credential/client-credentials.js';
import type { CredentialsFactory } from '../credential/credentials-resolver.js';
import type { RetrySettings } from '../credential/back-off.js';
import type { TokenStore } from '../store/token-store.js';
import type { TenantSettings } from '../tenants/tenant-settings.js';
import type { RefreshSettings } from '../token/token-lifetime.js';
import type { CredentialQueryNames } from '../client-credentials/token-request.js';
import type { AxiosSettings } from '../transport/axios-settings.js';

/** Where Aspose Cloud's APIs are. The default of the option `baseUrl`. */
export const DEFAULT_BASE_URL = 'https://api.aspose.cloud';

/** Where Aspose Cloud's tokens are, under the base URL. The default of the option `tokenEndpoint`. */
export const DEFAULT_TOKEN_ENDPOINT = '/connect/token';

/**
 * Some of the settings; those that are absent or undefined keep their defaults.
 *
 * @inline
 */
type Some<T> = {
  readonly [Name in keyof T]?: T[Name] | undefined;
};

/** How long getting a token may take. */
export interface TimeoutSettings {
  /**
   * One token request, in milliseconds.
   *
   * @default 4000
   */
  readonly attemptMs: number;
  /**
   * All attempts to get one token, in milliseconds.
   *
   * @default 10000
   */
  readonly flightMs: number;
}

/** The defaults of {@link TimeoutSettings}. */
export const DEFAULT_TIMEOUTS: TimeoutSettings = {
  attemptMs: 4_000,
  flightMs: 10_000,
};

/** How long a call may go without a byte in either direction. The default of the option `idleTimeoutMs`. */
export const DEFAULT_IDLE_TIMEOUT_MS = 100_000;

/**
 * The options of `AsposeAuthModule`.
 *
 * One way to authenticate is required: `clientId` and `clientSecret`, `credentials`, `accessToken`, `tenants` or
 * `auth: 'none'`. Everything else has a default. Every option is checked at boot; an unknown one fails the boot.
 */
export interface AsposeAuthModuleOptions {
  /** The client id of your Aspose Cloud application: a GUID. Goes with `clientSecret`. */
  readonly clientId?: string | undefined;
  /** The client secret of your Aspose Cloud application. Goes with `clientId`. */
  readonly clientSecret?: string | undefined;
  /**
   * The client id and secret together, or a function that returns them: for a vault, a mounted file, rotation.
   * Replaces `clientId` and `clientSecret`.
   */
  readonly credentials?:
    ClientCredentialsInput | CredentialsFactory | undefined;
  /** A static token, as the self-hosted Cells container expects. No token request is ever made. */
  readonly accessToken?: string | undefined;
  /**
   * For customers who bring Aspose accounts of their own: each call gets the token of the current tenant, and without one
   * none at all. See `AsposeTenants`.
   */
  readonly tenants?: TenantSettings | undefined;
  /** For a self-hosted API without authentication: no token is fetched and none is attached. */
  readonly auth?: 'none' | undefined;

  /**
   * Where the Aspose APIs are.
   *
   * @default 'https://api.aspose.cloud'
   */
  readonly baseUrl?: string | undefined;
  /**
   * Where tokens are requested: a URL, or a path under `baseUrl`. Cells Cloud's PostAccessToken is at
   * `'/v4.0/cells/connect/token'`.
   *
   * @default '/connect/token'
   */
  readonly tokenEndpoint?: string | undefined;
  /**
   * Whether the client id and secret travel in the form body or in the query. URLs end up in access logs: use the
   * query only where an endpoint insists.
   *
   * @default 'form'
   */
  readonly credentialsIn?: 'form' | 'query' | undefined;
  /** The query parameter names of the client id and secret. Goes with `credentialsIn: 'query'`. */
  readonly queryNames?: Some<CredentialQueryNames> | undefined;
  /**
   * The origins that may receive the token: scheme, host and port, exactly. Must include the origin of `baseUrl`.
   *
   * @default the origin of `baseUrl`
   */
  readonly allowedOrigins?: readonly string[] | undefined;

  /**
   * A store that the app's processes share: behind a load balancer they then use one token, and none tries credentials
   * that were refused to another. `redisTokenStore()` of `nestjs-aspose-auth/redis` makes one of the app's Redis client.
   *
   * No failure of the store reaches a call: without it each process goes by itself.
   */
  readonly store?: TokenStore | undefined;

  /** When a token is replaced. */
  readonly refresh?: Some<RefreshSettings> | undefined;
  /** How long getting a token may take. */
  readonly timeouts?: Some<TimeoutSettings> | undefined;
  /** How often a failed token request is repeated. */
  readonly retry?: Some<RetrySettings> | undefined;

  /**
   * How long a call to Aspose may go without a byte in either direction, in milliseconds, before it is given up with an
   * {@link IdleTimeoutError}; 0 for no limit. For `AsposeHttpService` and the injected `AsposeFetch`, unless that has a
   * `fetch` of yours.
   *
   * An upload or a download that moves is never given up, however long it takes, nor one that waits for its reader. Each
   * attempt has its own time. axios' `timeout` and an `AbortSignal` go on working beside it.
   *
   * @default 100000
   */
  readonly idleTimeoutMs?: number | undefined;

  /** Settings of the axios instance behind `AsposeHttpService`. It takes no `baseURL` and no `Authorization`. */
  readonly axios?: AxiosSettings | undefined;
  /**
   * The `fetch` that sends the requests of the injected `AsposeFetch`: one with a proxy or an agent of its own, say.
   *
   * @default the platform's `fetch`
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * Settings of the axios instance that requests tokens: its proxy, its CA. It takes no `baseURL` and no `timeout`, and
   * nothing from the option `axios`.
   *
   * An answer that comes up to 30 s after its request was sent is still heard, except with an `adapter` or `transport`
   * of your own or an agent with `maxSockets`: there the request ends after `timeouts.attemptMs`.
   */
  readonly tokenAxios?: AxiosSettings | undefined;

  /**
   * Whether a token is fetched when the app starts.
   *
   * - `background`: yes, but the app starts even if that fails
   * - `require`: yes, and the app does not start without a token
   * - `off`: no, the first call fetches it
   *
   * In a module that is loaded lazily it is always `off`: Nest calls no hook there.
   *
   * @default 'background'
   */
  readonly warmUp?: 'background' | 'require' | 'off' | undefined;
  /**
   * Permits `http:` URLs beyond loopback, where anyone on the way can read the token and the secret.
   *
   * @deprecated Not going away, but marked so that it stands out: only for a container on a private network.
   * @default false
   */
  readonly allowInsecureHttp?: boolean | undefined;
}

/**
 * A class that makes the options, for `forRootAsync({ useClass })` and `forRootAsync({ useExisting })`.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class AsposeOptions implements AsposeAuthOptionsFactory {
 *   constructor(private readonly config: ConfigService) {}
 *
 *   createAsposeAuthOptions(): AsposeAuthModuleOptions {
 *     return {
 *       clientId: this.config.get('ASPOSE_CLIENT_ID'),
 *       clientSecret: this.config.get('ASPOSE_CLIENT_SECRET'),
 *     };
 *   }
 * }
 * ```
 */
export interface AsposeAuthOptionsFactory {
  /** Called once, as the app starts. */
  createAsposeAuthOptions():
    AsposeAuthModuleOptions | Promise<AsposeAuthModuleOptions>;
}

/**
 * Where the options come from: `useFactory` with `inject`, `useClass` or `useExisting`, and the `imports` they need.
 *
 * The classes implement {@link AsposeAuthOptionsFactory}.
 */
export type AsposeAuthModuleAsyncOptions = ConfigurableModuleAsyncOptions<
  AsposeAuthModuleOptions,
  'createAsposeAuthOptions'
>;
