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
  const axios = axiosOfNest();
  return async (config) => {
    const { baseURL = '', url = '' } = config;
    refuseNetwork(axios.getUri({ baseURL, url }));
    return axios.getAdapter('http', config)(config);
  };
}

const loopbackFetch: typeof fetch = async (input, init) => {
  refuseNetwork(urlOf(input));
  return fetch(input, init);
};

function refuseNetwork(url: string): void {
  const { hostname, origin, pathname } = new URL(url);
  if (isLoopback(hostname)) return;
  throw new AsposeAuthError(
    AsposeAuthErrorCode.NETWORK_REFUSED,
    `A test wanted to call ${origin}${pathname}. Under test, this machine alone is reached: ` +
      'start an AsposeCloudEmulator and pass its url as baseUrl, or override the provider that makes the call.',
  );
}
