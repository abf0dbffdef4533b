import type { TokenResponse } from '../client-credentials/token-transport.js';

/**
 * An error that a token endpoint answers instead of granting a token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export class OAuthError extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** The error code, such as `invalid_request`. */
  readonly error: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    error: string,
    description: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(description);
    this.status = status;
    this.error = error;
    this.headers = headers;
  }
}

/** Writes an error as a token endpoint answers it. */
export function errorAnswer({
  status,
  error,
  message,
  headers,
}: OAuthError): TokenResponse {
  const body = JSON.stringify({ error, error_description: message });
  return { status, headers, body };
}

/** The request cannot be understood. */
export function invalidRequest(description: string): OAuthError {
  return new OAuthError(400, 'invalid_request', description);
}

/** The OAuth error code for an HTTP status of Nest, a guard or a throttler. */
export function oauthErrorFor(status: number): string {
  if (status === 401) return 'invalid_client';
  if (status === 403) return 'unauthorized_client';
  if (status === 429 || status === 503 || status === 504)
    return 'temporarily_unavailable';
  return status < 500 ? 'invalid_request' : 'server_error';
}
