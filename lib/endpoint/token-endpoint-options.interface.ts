import type {
  CanActivate,
  ConfigurableModuleAsyncOptions,
  ModuleMetadata,
  Type,
} from '@nestjs/common';

import type { AxiosSettings } from '../transport/axios-settings.js';

/** What a token endpoint permits, and where it forwards to. */
export interface TokenEndpointPolicy {
  /**
   * The client ids that may be forwarded. Only with `mode: 'forward'`.
   *
   * @default any
   */
  readonly allowedClientIds?: readonly string[] | undefined;
  /**
   * Whether anyone may try any credentials, which makes the endpoint an open relay. Only with `mode: 'forward'`.
   *
   * @default false
   */
  readonly public?: boolean | undefined;
  /**
   * The URL of the identity server that credentials are forwarded to. Only with `mode: 'forward'`.
   *
   * @default where the client gets its own tokens from; in an app without that client, `https://api.aspose.cloud/connect/token`
   */
  readonly tokenEndpoint?: string | undefined;
  /**
   * How long the identity server may take, in milliseconds. Only with `mode: 'forward'`.
   *
   * @default 4000
   */
  readonly timeoutMs?: number | undefined;
  /** Settings of the axios instance that forwards: its proxy or its CA, say. It takes no `timeout`. Only with `mode: 'forward'`. */
  readonly tokenAxios?: AxiosSettings | undefined;
  /**
   * Permits forwarding to an `http:` URL of another machine. Anyone on the way can read the secrets. Only with
   * `mode: 'forward'`.
   *
   * @deprecated Not going away, but marked so that it stands out: only for a container on a private network.
   * @default false
   */
  readonly allowInsecureHttp?: boolean | undefined;
  /**
   * How long, in milliseconds, the app's token must still be valid when it is handed out. One that is not is renewed first.
   * Only with `mode: 'broker'`.
   *
   * @default 300000
   */
  readonly minValidityMs?: number | undefined;
  /**
   * Tells who asks, for the events: a name that a guard has put on the request, never the caller's key.
   *
   * Events show 100 characters of it at most, without those that could forge a line of a log. If it throws, the caller gets
   * 500 and no token. Only with `mode: 'broker'`.
   *
   * @example
   * ```ts
   * AsposeTokenEndpointModule.forRoot({
   *   mode: 'broker',
   *   guards: [SessionGuard],
   *   callerOf: (request: { user: { name: string } }) => request.user.name,
   * });
   * ```
   */
  callerOf?(request: object): string | undefined;
}

/** The shape of a token endpoint; static, also with `forRootAsync`. */
export interface TokenEndpointShape {
  /**
   * Which token callers get: with `forward`, one for the credentials that they send, which go to Aspose's identity server;
   * with `broker`, the app's own, without sending credentials.
   */
  mode: 'forward' | 'broker';
  /**
   * Where it is served, below the app's global prefix.
   *
   * @default 'v4.0/cells/connect/token'
   */
  path?: string | undefined;
  /**
   * The name of the client whose tokens a broker hands out, or whose identity server credentials are forwarded to.
   *
   * @default the client without a name
   */
  client?: string | undefined;
  /** Who may ask. Required for a broker. */
  guards?: (Type<CanActivate> | CanActivate)[] | undefined;
  /**
   * Decorators of the controller: for guards of the whole app, such as `SkipThrottle()`, and for the API's description, such
   * as `ApiSecurity('service-key')`.
   */
  decorators?: ClassDecorator[] | undefined;
  /** The modules that the guards need. */
  imports?: ModuleMetadata['imports'];
}

/** What `AsposeTokenEndpointModule.forRoot()` takes. */
export type TokenEndpointOptions = TokenEndpointShape & TokenEndpointPolicy;

/** A class that returns the policy, for `useClass` and `useExisting`. */
export interface TokenEndpointPolicyFactory {
  /** Called once, as the app starts. */
  createTokenEndpointPolicy():
    TokenEndpointPolicy | Promise<TokenEndpointPolicy>;
}

/** What `AsposeTokenEndpointModule.forRootAsync()` takes: the shape, and where the policy comes from. */
export type TokenEndpointAsyncOptions = TokenEndpointShape &
  ConfigurableModuleAsyncOptions<
    TokenEndpointPolicy,
    'createTokenEndpointPolicy'
  >;
