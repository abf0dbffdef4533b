// oxlint-disable-next-line typescript/triple-slash-reference -- an import of an ES module cannot be required
/// <reference path="./axios-augmentation.mts" preserve="true" />
// oxlint-disable-next-line import/no-empty-named-blocks -- what nobody imports cannot be augmented
import type {} from 'axios';

import type { FetchDispatcher } from '../idle-dispatcher.js';
import type { AsposeRequestOptions } from '../request-options.js';

/** The request headers of axios, of whichever copy. */
export interface AxiosLikeHeaders {
  get(name: string): unknown;
  set(name: string, value: string): unknown;
}

/** The options of a redirected request, as follow-redirects passes them. */
export interface RedirectedRequest {
  href?: string;
  headers?: Record<string, unknown>;
  [option: string]: unknown;
}

/** How axios cancels a request without an `AbortSignal`. */
export interface AxiosLikeCancelToken {
  /** Why it was cancelled, once it is. */
  readonly reason?: unknown;
  /** Calls the listener when it is cancelled, at once if it is already. */
  subscribe(listener: (reason: unknown) => void): void;
  unsubscribe(listener: (reason: unknown) => void): void;
}

/** The part of axios' request config that this package reads or sets. */
export interface AxiosLikeConfig {
  method?: string;
  url?: string | URL;
  baseURL?: string | URL;
  allowAbsoluteUrls?: boolean;
  headers: AxiosLikeHeaders;
  params?: unknown;
  data?: unknown;
  auth?: unknown;
  signal?: unknown;
  cancelToken?: AxiosLikeCancelToken;
  adapter?: unknown;
  env?: { fetch?: typeof globalThis.fetch };
  fetchOptions?: { readonly dispatcher?: FetchDispatcher };
  httpVersion?: unknown;
  onDownloadProgress?: ((progress: unknown) => void) | undefined;
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

// axios has one set of types for CommonJS and another for ES modules. This is for the first, the file referenced above
// for the second. No type parameters: axios' own differ from version to version, and not one is valid next to all of them.
declare module 'axios' {
  interface AxiosRequestConfig {
    /** How this package treats the request. */
    aspose?: AsposeRequestOptions | undefined;
  }
}
