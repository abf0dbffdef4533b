import type { HttpAdapterHost } from '@nestjs/core';

import type { TokenResponse } from '../client-credentials/token-request.js';

/** What callers need to know of an answer. Everything else is between the identity server and this app. */
const HANDED_ON = new Set([
  'allow',
  'request-id',
  'retry-after',
  'www-authenticate',
  'x-correlation-id',
  'x-request-id',
]);

/** In UTF-8, as every body is written here. */
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json(?:; *charset="?utf-8"?)?$/i;

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
  const type = headers['content-type'] ?? '';
  const all = {
    'content-type': JSON_TYPE.test(type) ? type : 'application/json',
    ...handedOn(headers),
    'cache-control': 'no-store',
    pragma: 'no-cache',
  };
  for (const [name, value] of Object.entries(all))
    httpAdapter.setHeader(response, name, value);
  httpAdapter.reply(response, body, status);
}

/** In lower case, and without what no header may hold. */
function handedOn(headers: TokenResponse['headers']): Record<string, string> {
  const known: Record<string, string> = {};
  for (const [written, value] of Object.entries(headers)) {
    const name = written.toLowerCase();
    if (HANDED_ON.has(name) && value !== undefined && isPrintable(value))
      known[name] = value;
  }
  return known;
}

function isPrintable(value: string): boolean {
  return /^[\x20-\x7e]*$/.test(value);
}
