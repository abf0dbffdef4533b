import { unknownNames } from '../checks/option-checks.js';
import {
  AsposeAuthError,
  AsposeAuthErrorCode,
  InvalidOptionsError,
} from '../errors/errors.js';
import type { AxiosLikeAdapter } from '../http/axios/axios-like.js';
import { axiosOfNest } from '../http/axios/axios-copies.js';
import { urlOf } from '../http/fetch/fetch-input.js';
import { ASSERT_REACHABLE, type AssertReachable } from '../http/reachable.js';
import { assertDirectFetch } from '../network/environment-proxy.js';
import { isLoopback } from '../network/loopback.js';
import type { AsposeAuthModuleOptions } from '../options/aspose-auth-options.interface.js';

/** How an app under test is authenticated. */
export interface AsposeAuthTestingOptions {
  /** The token that the app gets and attaches. @default 'test-token' */
  readonly token?: string | undefined;
  /**
   * Where the Aspose APIs are: the `url` of an emulator, say, which accepts the tokens of its `issueToken()`.
   *
   * @default `https://api.aspose.cloud`, to which calls are blocked
   */
  readonly baseUrl?: string | undefined;
}

/** The options that keep an app under test off the network. */
export function testingOptions(
  options: AsposeAuthTestingOptions,
): AsposeAuthModuleOptions & { readonly [ASSERT_REACHABLE]: AssertReachable } {
  const problems = unknownNames({ ...options }, ['token', 'baseUrl']);
  if (problems.length > 0)
    throw new InvalidOptionsError(
      'The app under test cannot be authenticated',
      problems,
    );
  const { token = 'test-token', baseUrl } = options;
  return {
    accessToken: token,
    baseUrl,
    axios: { adapter: loopbackAdapter() },
    fetch: loopbackFetch,
    [ASSERT_REACHABLE]: assertLoopback,
  };
}

function loopbackAdapter(): AxiosLikeAdapter {
  return async (config) => {
    const { allowAbsoluteUrls = true } = config;
    const baseURL = String(config.baseURL ?? '');
    const url = String(config.url ?? '');
    assertLoopback(axiosOfNest.getUri({ baseURL, url, allowAbsoluteUrls }));
    return axiosOfNest.getAdapter(
      'http',
      config,
    )({
      ...config,
      beforeRedirect(request, ...more) {
        config.beforeRedirect?.(request, ...more);
        assertLoopback(String(request.href));
      },
    });
  };
}

/** How many redirects the platform's fetch follows. */
const MAX_REDIRECTS = 20;

/** Follows redirects itself, to see where each of them leads. */
async function loopbackFetch(
  input: string | URL | Request,
  init: RequestInit = {},
  redirectsLeft = MAX_REDIRECTS,
): Promise<Response> {
  const url = urlOf(input);
  assertDirectFetch(url, process.env);
  assertLoopback(url);
  const { redirect = 'follow' } = init;
  if (redirect !== 'follow') return fetch(input, init);
  const response = await fetch(input, { ...init, redirect: 'manual' });
  const { status } = response;
  const location = response.headers.get('Location');
  if (location === null || ![301, 302, 303, 307, 308].includes(status))
    return response;
  if (redirectsLeft === 0)
    throw new TypeError('fetch failed: redirected too often');
  const target = new URL(location, url);
  const request = input instanceof Request ? input : undefined;
  const method = init.method ?? request?.method ?? 'GET';
  const headers = new Headers(init.headers ?? request?.headers);
  if (target.origin !== new URL(url).origin) headers.delete('Authorization');
  const losesBody = status === 303 || (status < 303 && method === 'POST');
  return loopbackFetch(
    target,
    losesBody && method !== 'HEAD'
      ? { ...init, headers, method: 'GET', body: null }
      : { ...init, headers, method },
    redirectsLeft - 1,
  );
}

function assertLoopback(url: string): void {
  const { hostname, origin, pathname } = new URL(url);
  if (isLoopback(hostname)) return;
  throw new AsposeAuthError(
    AsposeAuthErrorCode.NETWORK_BLOCKED,
    `A test tried to call ${origin}${pathname}. Under test, only this machine can be called: ` +
      'start an AsposeCloudEmulator and pass its url as baseUrl and a token of its issueToken(), or override the provider that makes the call.',
  );
}
