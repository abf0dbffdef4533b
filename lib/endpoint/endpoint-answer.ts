import type { HttpAdapterHost } from '@nestjs/core';

import type { TokenResponse } from '../client-credentials/token-transport.js';

/** The headers of an answer that callers need. All others concern the identity server and this app alone. */
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
 * Writes an answer unchanged: no interceptor of the app sees it, and no cache may store it.
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

/** By lower-case name, without values that no header may have. */
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
