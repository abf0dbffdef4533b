import type { HttpAdapterHost } from '@nestjs/core';

import type { TokenResponse } from '../client-credentials/token-transport.js';

/**
 * An error that a token endpoint answers instead of granting a token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export class OAuthError extends Error {
  readonly status: number;
  /** The error code, such as `invalid_request`. By default, the one that suits the status. */
  readonly error: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    description: string,
    { error = errorFor(status), headers = {} }: Partial<OAuthError> = {},
  ) {
    super(description);
    this.status = status;
    this.error = error;
    this.headers = headers;
  }

  /** The answer, as OAuth clients read it. */
  get answer(): TokenResponse {
    const { status, error, headers, message } = this;
    const body = JSON.stringify({ error, error_description: message });
    return { status, headers, body };
  }
}

function errorFor(status: number): string {
  if (status === 401) return 'invalid_client';
  if (status === 403) return 'unauthorized_client';
  if (status === 429 || status === 503 || status === 504)
    return 'temporarily_unavailable';
  return status < 500 ? 'invalid_request' : 'server_error';
}

/** The headers of an answer that callers need. All others concern the identity server and this app alone. */
const HANDED_ON =
  /^(?:allow|retry-after|www-authenticate|(?:x-)?request-id|x-correlation-id)$/i;

const PRINTABLE = /^[\x20-\x7e]*$/;

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
  const set = (name: string, value: string) =>
    httpAdapter.setHeader(response, name, value);
  const type = headers['content-type'] ?? '';
  set('content-type', JSON_TYPE.test(type) ? type : 'application/json');
  for (const [name, value] of Object.entries(headers))
    if (HANDED_ON.test(name) && value !== undefined && PRINTABLE.test(value))
      set(name.toLowerCase(), value);
  set('cache-control', 'no-store');
  set('pragma', 'no-cache');
  httpAdapter.reply(response, body, status);
}
