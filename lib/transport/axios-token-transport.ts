import { HttpService } from '@nestjs/axios';

import { AsposeAuthErrorCode } from '../errors/aspose-auth-error-code.js';
import { TokenRequestError } from '../errors/token-request.error.js';
import { printableUrl } from '../token/safe-url.js';
import {
  MAX_RESPONSE_BYTES,
  type TokenTransport,
} from '../token/token-request.js';
import type { AxiosSettings } from './axios-settings.js';

/** The part of axios' default export that is used. */
interface AxiosStatic {
  readonly Axios: new (
    settings: AxiosSettings,
  ) => Pick<HttpService['axiosRef'], 'request'>;
}

interface AxiosFailure {
  readonly code?: string;
  readonly message?: string;
}

/**
 * Makes token requests on an axios instance of its own, which no interceptor of the app sees.
 *
 * @param settings - proxy, agent, CA and the like, for token requests alone.
 */
export function axiosTokenTransport(
  settings: AxiosSettings = {},
): TokenTransport {
  // Without what the app sets for all of axios, which is meant for others: credentials, proxies, transformations.
  const { Axios } = new HttpService().axiosRef as unknown as AxiosStatic;
  const client = new Axios(settings);
  return async ({ url, headers, body }, signal) => {
    try {
      const response = await client.request<string>({
        url,
        method: 'post',
        headers,
        data: body,
        signal,
        timeout: 0,
        maxRedirects: 0,
        maxContentLength: MAX_RESPONSE_BYTES,
        responseType: 'text',
        transformResponse: (text: string) => text,
        validateStatus: () => true,
      });
      return {
        status: response.status,
        headers: textHeaders(response.headers),
        body: response.data,
      };
    } catch (error) {
      signal.throwIfAborted();
      throw unreachable(error, printableUrl(url));
    }
  };
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
function unreachable(error: unknown, endpoint: string): TokenRequestError {
  const { code = 'unknown error', message = '' } = error as AxiosFailure;
  if (/maxContentLength/.test(message))
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
