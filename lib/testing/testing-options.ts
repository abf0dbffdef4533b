import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { AsposeAuthError } from '../errors/aspose-auth.error.js';
import type { AxiosLikeAdapter } from '../http/axios-like.js';
import { axiosOfNest } from '../http/axios-copies.js';
import { urlOf } from '../http/bearer-fetch.js';
import { isLoopback } from '../token/safe-url.js';
import type { AsposeAuthModuleOptions } from '../options/aspose-auth-options.interface.js';

/** How an app under test is authenticated. */
export interface AsposeAuthTestingOptions {
  /**
   * The token that is handed out and attached.
   *
   * @default 'test-token'
   */
  readonly token?: string | undefined;
  /**
   * Where the Aspose APIs are: an emulator, say.
   *
   * @default 'https://api.aspose.cloud', calls to which are refused
   */
  readonly baseUrl?: string | undefined;
}

/** The options that keep an app under test off the network. */
export function testingOptions({
  token = 'test-token',
  baseUrl,
}: AsposeAuthTestingOptions): AsposeAuthModuleOptions {
  return {
    accessToken: token,
    baseUrl,
    axios: { adapter: loopbackAdapter() },
    fetch: loopbackFetch,
  };
}

function loopbackAdapter(): AxiosLikeAdapter {
  return async (config) => {
    const { baseURL = '', url = '' } = config;
    refuseNetwork(axiosOfNest.getUri({ baseURL, url }));
    return axiosOfNest.getAdapter(
      'http',
      config,
    )({
      ...config,
      beforeRedirect(request, ...more) {
        config.beforeRedirect?.(request, ...more);
        refuseNetwork(String(request.href));
      },
    });
  };
}

/** Follows redirects itself, so as to see where each of them leads. */
const loopbackFetch: typeof fetch = async (input, init) => {
  const url = urlOf(input);
  refuseNetwork(url);
  const { redirect = 'follow' } = init ?? {};
  if (redirect !== 'follow') return fetch(input, init);
  const response = await fetch(input, { ...init, redirect: 'manual' });
  const location = response.headers.get('Location');
  if (location === null || !isRedirect(response.status)) return response;
  const target = new URL(location, url);
  refuseNetwork(target.href);
  const headers = new Headers(init?.headers);
  if (target.origin !== new URL(url).origin) headers.delete('Authorization');
  return response.status < 307
    ? loopbackFetch(target, { ...init, headers, method: 'GET', body: null })
    : loopbackFetch(target, { ...init, headers });
};

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function refuseNetwork(url: string): void {
  const { hostname, origin, pathname } = new URL(url);
  if (isLoopback(hostname)) return;
  throw new AsposeAuthError(
    AsposeAuthErrorCode.NETWORK_REFUSED,
    `A test wanted to call ${origin}${pathname}. Under test, this machine alone is reached: ` +
      'start an AsposeCloudEmulator and pass its url as baseUrl, or override the provider that makes the call.',
  );
}
