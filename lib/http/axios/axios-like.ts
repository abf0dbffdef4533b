import type { Readable } from 'node:stream';

/** What this package adds to the config of a single request. */
export interface AsposeRequestOptions {
  /**
   * Whether the token is attached.
   *
   * @default true
   */
  readonly attach?: boolean | undefined;
  /**
   * How long, in milliseconds, the token must at least stay valid: the expected duration of an upload, say. Where no such
   * token is available, the request fails, even if the current token is valid.
   *
   * @default 0
   */
  readonly minValidityMs?: number | undefined;
  /**
   * Whether a request whose token is refused (401) is sent again with another.
   *
   * @default true
   */
  readonly retryUnauthorized?: boolean | undefined;
  /**
   * Makes the body, in place of `data`: called when the request is sent, and again for each attempt, so that a stream can
   * be sent again, too.
   */
  readonly body?: (() => Readable) | undefined;
}

/** The request headers of axios, of whichever copy. */
export interface AxiosLikeHeaders {
  get(name: string): unknown;
  set(name: string, value: string): unknown;
  toJSON(): object;
}

/** The options of a redirected request, as follow-redirects passes them. */
export interface RedirectedRequest {
  href?: string;
  headers?: Record<string, unknown>;
  [option: string]: unknown;
}

/** What called a request of axios off before there were signals. */
export interface AxiosLikeCancelToken {
  /** Why it was cancelled, once it is. */
  readonly reason?: unknown;
  /** Calls the listener when it is cancelled, at once if it is already. */
  subscribe(listener: (reason: unknown) => void): void;
  unsubscribe(listener: (reason: unknown) => void): void;
}

/** The part of axios' request config that this package reads or sets. */
export interface AxiosLikeConfig {
  url?: string | URL;
  baseURL?: string;
  allowAbsoluteUrls?: boolean;
  headers: AxiosLikeHeaders;
  params?: unknown;
  data?: unknown;
  auth?: unknown;
  signal?: unknown;
  cancelToken?: AxiosLikeCancelToken;
  adapter?: unknown;
  env?: { fetch?: typeof globalThis.fetch };
  proxy?: unknown;
  httpAgent?: unknown;
  httpsAgent?: unknown;
  maxRedirects?: number;
  beforeRedirect?: (options: RedirectedRequest, ...more: unknown[]) => void;
  aspose?: AsposeRequestOptions;
}

/** The part of axios' response that this package reads or sets. */
export interface AxiosLikeResponse {
  status: number;
  headers?: Record<string, unknown>;
  data: unknown;
  config: unknown;
  request?: unknown;
}

/** Sends one request, as axios' adapters do. */
export type AxiosLikeAdapter = (
  config: AxiosLikeConfig,
) => Promise<AxiosLikeResponse>;

/** An axios instance, of whichever copy of axios. */
export interface AxiosLike {
  readonly interceptors: {
    readonly request: {
      use(
        onRequest: <Config extends object>(config: Config) => Config,
        onRejected: undefined,
        options: { synchronous: boolean },
      ): number;
      eject(id: number): void;
    };
  };
}
