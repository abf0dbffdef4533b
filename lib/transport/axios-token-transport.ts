import { addAbortSignal, type Readable } from 'node:stream';

import { HttpService } from '@nestjs/axios';

import { AsposeAuthErrorCode, TokenRequestError } from '../errors/errors.js';
import {
  assertDirectFetch,
  directRoute,
  mayUseFetch,
} from '../network/environment-proxy.js';
import { IS_URL_RIGHT } from '../client-credentials/token-failure.js';
import { printableUrl } from '../token/redacted.js';
import {
  MAX_RESPONSE_BYTES,
  type TokenTransport,
} from '../client-credentials/token-transport.js';
import type { AxiosSettings } from './axios-settings.js';
import { unrefRequests } from './unref-requests.js';

/** The part of axios' default export that is used. */
interface AxiosStatic {
  readonly Axios: new (settings: object) => HttpService['axiosRef'];
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
  const canUnref = adapter === 'http' && settings['transport'] === undefined;
  return async ({ url, headers, body }, signal, overdue = signal) => {
    if (mayUseFetch(adapter)) assertDirectFetch(url, process.env);
    try {
      const response = await client.request<unknown>({
        ...directRoute(url, settings),
        url,
        method: 'post',
        headers,
        data: body,
        // A connection that would keep the process alive ends when callers stop waiting.
        signal: canUnref ? signal : AbortSignal.any([signal, overdue]),
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
      const { status, headers: answered, data } = response;
      const isGrant = status >= 200 && status < 300;
      const readUntil = isGrant ? signal : AbortSignal.any([signal, overdue]);
      return {
        status,
        headers: textHeaders(answered),
        body: await boundedText(data, readUntil).catch((error: unknown) => {
          if (isGrant) throw error;
          // A failure status stands even if the body is too long or breaks off.
          return '';
        }),
      };
    } catch (error) {
      signal.throwIfAborted();
      overdue.throwIfAborted();
      throw noAnswer(error, printableUrl(url));
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
function noAnswer(error: unknown, endpoint: string): TokenRequestError {
  const { code = 'unknown error' } = error as { readonly code?: string };
  if (error instanceof BodyTooLongError)
    return new TokenRequestError(
      AsposeAuthErrorCode.RESPONSE_TOO_LARGE,
      `The token endpoint ${endpoint} answered with more than 64 KiB. ${IS_URL_RIGHT}`,
      { failure: 'transient' },
    );
  return new TokenRequestError(
    AsposeAuthErrorCode.TOKEN_ENDPOINT_UNREACHABLE,
    `The token endpoint ${endpoint} could not be reached (${code}). Check the network, and the proxy or CA in the option tokenAxios.`,
    { failure: 'transient' },
  );
}

/** For a body of more than {@link MAX_RESPONSE_BYTES}. */
class BodyTooLongError extends Error {}

/**
 * Reads the body of a response as text, and no more of it than may be read.
 *
 * @param body - a stream, of Node or of the platform, or what a mock adapter returns: text, or a value to serialise as
 *   JSON.
 */
async function boundedText(
  body: unknown,
  signal: AbortSignal,
): Promise<string> {
  const read =
    Symbol.asyncIterator in Object(body)
      ? addAbortSignal(signal, body as Readable)
      : [typeof body === 'string' ? body : asJson(body)];
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of read) {
    const part = Buffer.from(chunk as Uint8Array);
    chunks.push(part);
    bytes += part.length;
    if (bytes > MAX_RESPONSE_BYTES) throw new BodyTooLongError();
  }
  return Buffer.concat(chunks).toString();
}

function asJson(body: unknown): string {
  return body === undefined || body === null ? '' : JSON.stringify(body);
}
