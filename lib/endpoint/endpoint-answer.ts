import type { HttpAdapterHost } from '@nestjs/core';

import type { TokenResponse } from '../token/token-request.js';

/** Headers that belong to the connection with the identity server, or to its own session. */
const NOT_HANDED_ON = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'date',
  'etag',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'set-cookie',
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
    ...headers,
    'cache-control': 'no-store',
    pragma: 'no-cache',
  };
  for (const [name, value] of Object.entries(all))
    if (value !== undefined && !NOT_HANDED_ON.has(name.toLowerCase()))
      httpAdapter.setHeader(response, name, value);
  httpAdapter.reply(response, body, status);
}
