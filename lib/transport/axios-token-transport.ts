import { HttpService } from '@nestjs/axios';

import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { TokenRequestError } from '../errors/token-request.error.js';
import { directRoute } from '../network/direct-route.js';
import {
  mayUseFetch,
  assertDirectFetch,
} from '../network/environment-proxy.js';
import { printableUrl } from '../token/redacted.js';
import {
  MAX_RESPONSE_BYTES,
  type TokenTransport,
} from '../client-credentials/token-transport.js';
import type { AxiosSettings } from './axios-settings.js';
import { BodyTooLongError, boundedText } from './bounded-text.js';
import { unrefRequests } from './unref-requests.js';

/** The part of axios' default export that is used. */
interface AxiosStatic {
  readonly Axios: new (
    settings: AxiosSettings,
  ) => Pick<HttpService['axiosRef'], 'request'>;
}

/**
 * Makes token requests on an axios instance of its own, which no interceptor of the app sees.
 *
 * One to this machine takes no proxy but that of the settings.
 *
 * @param settings - proxy, agent, CA and the like, for token requests alone.
 */
export function axiosTokenTransport(
  settings: AxiosSettings = {},
): TokenTransport {
  // Not derived from the global axios, whose defaults are meant for other hosts: credentials, proxies, transformations.
  const { Axios } = new HttpService().axiosRef as unknown as AxiosStatic;
  // Where it has no adapter of its own, axios takes that of the whole process.
  const { adapter = 'http' } = settings;
  const client = new Axios({ ...settings, adapter });
  return async ({ url, headers, body }, signal, overdue = signal) => {
    if (mayUseFetch(adapter)) assertDirectFetch(url, process.env);
    try {
      const {
        status,
        headers: answered,
        data,
      } = await client.request<unknown>({
        ...directRoute(url, settings),
        url,
        method: 'post',
        headers,
        data: body,
        signal,
        timeout: 0,
        maxRedirects: 0,
        transport: settings['transport'] ?? unrefRequests(overdue),
        // For the adapter that is named `fetch`, which knows nothing of `maxRedirects` in axios 1.16.
        fetchOptions: { redirect: 'manual' },
        maxContentLength: -1,
        responseType: 'stream',
        transformResponse: (stream: unknown) => stream,
        validateStatus: () => true,
      });
      const readUntil = isGrant(status)
        ? signal
        : AbortSignal.any([signal, overdue]);
      return {
        status,
        headers: textHeaders(answered),
        body: await boundedText(data, MAX_RESPONSE_BYTES, readUntil).catch(
          emptyUnlessGranted(status),
        ),
      };
    } catch (error) {
      signal.throwIfAborted();
      throw noAnswer(error, printableUrl(url));
    }
  };
}

/** A failure status stands even if the body is too long or breaks off. */
function emptyUnlessGranted(status: number): (error: unknown) => string {
  return (error) => {
    if (isGrant(status)) throw error;
    return '';
  };
}

function isGrant(status: number): boolean {
  return status >= 200 && status < 300;
}

function textHeaders(headers: object): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      value === undefined || value === null ? undefined : String(value),
    ]),
  );
}

/** Takes the error's code alone: an AxiosError holds the secret. */
function noAnswer(error: unknown, endpoint: string): TokenRequestError {
  const { code = 'unknown error' } = error as { readonly code?: string };
  if (error instanceof BodyTooLongError)
    return new TokenRequestError(
      AsposeAuthErrorCode.RESPONSE_TOO_LARGE,
      `The token endpoint ${endpoint} answered with more than 64 KiB. Is tokenEndpoint right?`,
      { failure: 'transient' },
    );
  return new TokenRequestError(
    AsposeAuthErrorCode.TOKEN_ENDPOINT_UNREACHABLE,
    `The token endpoint ${endpoint} could not be reached (${code}). Check the network, and the proxy or CA in the option tokenAxios.`,
    { failure: 'transient' },
  );
}
