import type { Agent } from 'node:http';

import type {
  CanActivate,
  ConfigurableModuleAsyncOptions,
  ModuleMetadata,
  Type,
} from '@nestjs/common';

/** What a gateway lets through, and how much of it. */
export interface GatewayPolicy {
  /**
   * The calls that may be made, each as a method and what follows the gateway's own path:
   * `'PUT /v4.0/cells/convert/spreadsheet'`. `*` stands for any one segment of the path, `**` at its end for all that follow.
   * `GET` includes `HEAD`. Upper and lower case count. The query is free.
   *
   * @example
   * ```ts
   * allow: ['GET /v4.0/cells/**', 'PUT /v4.0/cells/convert/*']
   * ```
   */
  readonly allow: readonly string[];
  /**
   * Reads from a request which tenant's token is used, in an app with the option `tenants`. It gets what the guards have seen:
   * `request.user`, say.
   *
   * @default the current tenant
   * @returns the tenant's id, or undefined for a request of no tenant, which gets no token then.
   */
  readonly tenant?: ((request: never) => string | undefined) | undefined;
  /**
   * Further request headers to pass on. Credentials, cookies and what belongs to one connection are never passed on.
   *
   * @default none
   */
  readonly headers?: readonly string[] | undefined;
  /**
   * How long the body of a request may be, in bytes: 100 MiB by default. A longer one gets 413: immediately if its length is known,
   * else when the limit is reached.
   *
   * @default 104857600
   */
  readonly maxBodyBytes?: number | undefined;
  /**
   * How many calls may be under way at the same time, in this process. More get 503 with `Retry-After: 1`.
   *
   * @default 50
   */
  readonly maxConcurrent?: number | undefined;
  /**
   * How long a call may go without a byte between the app and Aspose, in milliseconds, before it is given up.
   *
   * @default 100000
   */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * The web origins, besides the app's own, whose pages may make calls that change something: that of a front end which is
   * served from elsewhere, say. The app's CORS settings decide what such a page may read.
   *
   * @default none
   */
  readonly trustedOrigins?: readonly string[] | undefined;
  /**
   * Whether pages of other origins are kept from making calls that change something. Turn it off only where callers are
   * recognised by a header that a page of another origin cannot send.
   *
   * @default true
   */
  readonly csrf?: boolean | undefined;
  /**
   * The agent that makes the connections to Aspose: for a proxy or a CA of your own.
   *
   * @default one that keeps connections, and takes the proxy of the environment where Node can (22.21, 24.5)
   */
  readonly agent?: Agent | undefined;
  /**
   * Whether the gateway does without guards of its own: whoever reaches the app, or gets past guards of the whole app, may call.
   *
   * @default false
   */
  readonly public?: boolean | undefined;
}

/** The shape of a gateway; static, also with `forRootAsync`. */
export interface GatewayShape {
  /** Where it is served, below the app's global prefix: with `'aspose'`, `/aspose/v4.0/cells` leads to `/v4.0/cells`. */
  path: string;
  /**
   * The name of the client whose tokens are attached, and whose `baseUrl` is called.
   *
   * @default the client without a name
   */
  client?: string | undefined;
  /** Who may call. Required without `public`. They run before anything is sent, and see a request without a body. */
  guards?: (Type<CanActivate> | CanActivate)[] | undefined;
  /** Decorators of the controller, for guards of the whole app: `SkipThrottle()`, `Roles('editor')`. */
  decorators?: ClassDecorator[] | undefined;
  /** The modules that the guards need. */
  imports?: ModuleMetadata['imports'];
}

/** What `AsposeGatewayModule.forRoot()` takes. */
export type GatewayOptions = GatewayShape & GatewayPolicy;

/** A class that returns the policy, for `useClass` and `useExisting`. */
export interface GatewayPolicyFactory {
  /** Called once, as the app starts. */
  createGatewayPolicy(): GatewayPolicy | Promise<GatewayPolicy>;
}

/** What `AsposeGatewayModule.forRootAsync()` takes: the shape, and where the policy comes from. */
export type GatewayAsyncOptions = GatewayShape &
  ConfigurableModuleAsyncOptions<GatewayPolicy, 'createGatewayPolicy'>;
