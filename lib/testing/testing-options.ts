import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { AsposeAuthError } from '../errors/aspose-auth.error.js';
import type { AxiosLikeAdapter } from '../http/axios-like.js';
import { axiosOfNest } from '../http/axios-of-nest.js';
import type { AsposeAuthModuleOptions } from '../options/aspose-auth-options.interface.js';
import { isLoopback } from '../options/endpoint-problems.js';

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
  };
}

function loopbackAdapter(): AxiosLikeAdapter {
  const axios = axiosOfNest();
  return async (config) => {
    const { baseURL = '', url = '' } = config;
    const target = new URL(axios.getUri({ baseURL, url }));
    if (isLoopback(target.hostname))
      return axios.getAdapter('http', config)(config);
    throw new AsposeAuthError(
      AsposeAuthErrorCode.NETWORK_REFUSED,
      `A test wanted to call ${target.origin}${target.pathname}. Under test, AsposeHttpService reaches loopback only: ` +
        'start an AsposeCloudEmulator and pass its url as baseUrl, or override the provider that makes the call.',
    );
  };
}
