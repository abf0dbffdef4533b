/**
 * Settings of an axios instance, as in axios' own request config.
 *
 * Structural, since an app may hold another copy of axios than this package does.
 *
 * @see https://axios-http.com/docs/req_config
 */
export interface AxiosSettings {
  /** How long a request may take, in milliseconds; 0 for no limit. Ignored for token requests. */
  timeout?: number;
  /** Headers to send with each request. */
  headers?: Record<string, string>;
  /** The proxy to use; `false` ignores the proxy of the environment. */
  proxy?:
    | false
    | {
        host: string;
        port: number;
        protocol?: string;
        auth?: { username: string; password: string };
      };
  /** The agent for `http:` requests. */
  httpAgent?: unknown;
  /** The agent for `https:` requests: the place for a CA or a client certificate. */
  httpsAgent?: unknown;
  [setting: string]: unknown;
}
