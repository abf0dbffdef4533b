import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { AsposeAuthError } from '../errors/aspose-auth.error.js';
import type { AxiosLikeAdapter } from '../http/axios/axios-like.js';
import { axiosOfNest } from '../http/axios/axios-copies.js';
import { urlOf } from '../http/fetch/fetch-input.js';
import { assertDirectFetch } from '../network/environment-proxy.js';
import { isLoopback } from '../network/loopback.js';
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
   * Where the Aspose APIs are: an emulator, say, which knows the tokens that its `issueToken()` gives.
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
    const { baseURL = '', url = '', allowAbsoluteUrls = true } = config;
    assertLoopback(
      axiosOfNest.getUri({ baseURL, url: String(url), allowAbsoluteUrls }),
    );
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

/** Follows redirects itself, so as to see where each of them leads. */
const loopbackFetch: typeof fetch = async (input, init) => {
  const { redirect = 'follow' } = init ?? {};
  assertDirectFetch(urlOf(input), process.env);
  if (redirect !== 'follow') {
    assertLoopback(urlOf(input));
    return fetch(input, init);
  }
  let url = urlOf(input);
  let sent: Parameters<typeof fetch> = [input, { ...init, redirect: 'manual' }];
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    assertLoopback(url);
    const response = await fetch(...sent);
    const location = response.headers.get('Location');
    if (location === null || !isRedirect(response.status)) return response;
    const target = new URL(location, url).href;
    sent = [target, redirected(response.status, url, target, input, sent[1])];
    url = target;
  }
  throw new TypeError('fetch failed: redirected too often');
};

/** What is sent on to the target of a redirect. */
function redirected(
  status: number,
  from: string,
  to: string,
  input: Parameters<typeof fetch>[0],
  init: RequestInit = {},
): RequestInit {
  const request = input instanceof Request ? input : undefined;
  const method = init.method ?? request?.method ?? 'GET';
  const headers = new Headers(init.headers ?? request?.headers);
  if (new URL(from).origin !== new URL(to).origin)
    headers.delete('Authorization');
  const losesBody =
    (status === 303 && method !== 'HEAD') ||
    ([301, 302].includes(status) && method === 'POST');
  return losesBody
    ? { ...init, headers, method: 'GET', body: null }
    : { ...init, headers, method };
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function assertLoopback(url: string): void {
  const { hostname, origin, pathname } = new URL(url);
  if (isLoopback(hostname)) return;
  throw new AsposeAuthError(
    AsposeAuthErrorCode.NETWORK_BLOCKED,
    `A test wanted to call ${origin}${pathname}. Under test, this machine alone is reached: ` +
      'start an AsposeCloudEmulator and pass its url as baseUrl and a token of its issueToken(), or override the provider that makes the call.',
  );
}
