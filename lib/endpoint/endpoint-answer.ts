import type { HttpAdapterHost } from '@nestjs/core';

import type { TokenResponse } from '../token/token-request.js';

/** Headers that belong to the connection with the identity server, to its own session or to its own origin. */
const NOT_HANDED_ON = new Set([
  'alt-svc',
  'connection',
  'content-encoding',
  'content-length',
  'date',
  'etag',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'set-cookie',
  'strict-transport-security',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Writes an answer as it is: past any interceptor of the app, and never to be stored by a cache.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function writeAnswer(
  { httpAdapter }: HttpAdapterHost,
  response: unknown,
  { status, headers, body }: TokenResponse,
): void {
  if (httpAdapter.isHeadersSent(response)) return;
  const all = {
    'content-type': 'application/json',
    ...handedOn(headers),
    'cache-control': 'no-store',
    pragma: 'no-cache',
  };
  for (const [name, value] of Object.entries(all))
    if (value !== undefined) httpAdapter.setHeader(response, name, value);
  httpAdapter.reply(response, body, status);
}

/** Whose pages may read the answer is for the app to say: its own CORS headers stay. */
function handedOn(headers: TokenResponse['headers']): TokenResponse['headers'] {
  const hops = headers['connection']?.toLowerCase().split(/[\s,]+/) ?? [];
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) =>
        !NOT_HANDED_ON.has(name) &&
        !hops.includes(name) &&
        !name.startsWith('access-control-'),
    ),
  );
}
