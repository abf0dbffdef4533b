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
   * How long one token request may take, in milliseconds.
   *
   * @default 4000
   */
  readonly attemptMs: number;
  /**
   * How long all attempts to get one token may take together, in milliseconds.
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
  /** The client id of your Aspose Cloud application, a GUID, or of a Slides or Words container. Goes with `clientSecret`. */
  readonly clientId?: string | undefined;
  /** The client secret of the same application or container. Goes with `clientId`. */
  readonly clientSecret?: string | undefined;
  /**
   * The same pair as an object, or a function that returns it: from a vault, from a mounted file, or one that is rotated.
   * Replaces `clientId` and `clientSecret`.
   */
  readonly credentials?:
    ClientCredentialsInput | CredentialsFactory | undefined;
  /** A static token, as the self-hosted Cells container expects. No token request is ever made. */
  readonly accessToken?: string | undefined;
  /**
   * For customers who have Aspose accounts of their own: each call has the token of the current tenant. Without a current
   * tenant there is no token. See `AsposeTenants`.
   */
  readonly tenants?: TenantSettings | undefined;
  /** For a self-hosted API without authentication: no token is fetched, none is attached, and the guard lets all calls pass. */
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
   * Where a token request has the client id and secret: in its form body, or in the query of its URL. URLs end up in access
   * logs: use `'query'` only where an endpoint insists, with `queryNames`.
   *
   * @default 'form'
   */
  readonly credentialsIn?: 'form' | 'query' | undefined;
  /** What the client id and secret are called in the query. Goes with `credentialsIn: 'query'`. */
  readonly queryNames?: Some<CredentialQueryNames> | undefined;
  /**
   * The origins that may receive the token: scheme, host and port, exactly. Must include the origin of `baseUrl`.
   *
   * @default the origin of `baseUrl`
   */
  readonly allowedOrigins?: readonly string[] | undefined;

  /**
   * A store that the processes of the app share: replicas behind a load balancer then use one token, and none of them tries
   * credentials that were refused to another. `redisTokenStore()` of `nestjs-aspose-auth/redis` makes one of the app's Redis
   * client.
   *
   * No call fails because the store does: while it is away, each process fetches a token of its own.
   */
  readonly store?: TokenStore | undefined;

  /** When a token is replaced by a newer one. */
  readonly refresh?: Some<RefreshSettings> | undefined;
  /** How long getting a token may take. */
  readonly timeouts?: Some<TimeoutSettings> | undefined;
  /** How often a failed token request is made again, and after which pauses. */
  readonly retry?: Some<RetrySettings> | undefined;

  /**
   * How long, in milliseconds, a call to Aspose may go without a byte in either direction before it is given up with an
   * {@link IdleTimeoutError}; 0 for no limit. It holds for `AsposeHttpService` and, unless the option `fetch` is set, for the
   * injected `AsposeFetch`.
   *
   * An upload or a download that moves is never given up, however long it takes. Neither is one that waits for whoever reads
   * it. Each attempt has its own time. axios' `timeout` and an `AbortSignal` work beside it.
   *
   * @default 100000
   */
  readonly idleTimeoutMs?: number | undefined;

  /**
   * Settings of the axios instance behind `AsposeHttpService`: its proxy or its CA, say. It takes no `baseURL` and no
   * `Authorization`.
   */
  readonly axios?: AxiosSettings | undefined;
  /**
   * The `fetch` that sends the requests of the injected `AsposeFetch`: one with a proxy or an agent of its own, say.
   *
   * @default the platform's `fetch`
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * Settings of the axios instance that requests tokens: its proxy or its CA, say. It takes no `baseURL` and no `timeout`, and
   * nothing from the option `axios`.
   *
   * An answer that comes late still counts, up to 30 s after its request was sent. Not so with an `adapter` or `transport` of
   * your own, or an agent with `maxSockets`: there the request ends after `timeouts.attemptMs`.
   */
  readonly tokenAxios?: AxiosSettings | undefined;

  /**
   * Whether a token is fetched when the app starts, and whether the app starts without one.
   *
   * - `background`: a token is fetched, and the app starts even if that fails
   * - `require`: a token is fetched, and the app does not start without it
   * - `off`: the first call fetches it
   *
   * In a module that is loaded lazily it is always `off`: Nest calls no lifecycle hooks there.
   *
   * @default 'background'
   */
  readonly warmUp?: 'background' | 'require' | 'off' | undefined;
  /**
   * Permits `http:` URLs of other machines, as for a container on a private network. Anyone on the way can read the token and
   * the secret.
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
