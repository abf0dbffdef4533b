import type { ClientCredentials } from './client-credentials.js';

/** Where tokens are asked for, and how the credentials travel there. */
export interface TokenEndpoint {
  /** The token endpoint's URL. */
  readonly url: string;
  /** Whether the credentials go into the form body or into the query. */
  readonly credentialsIn: 'form' | 'query';
  /** What the credentials are called in the query. */
  readonly queryNames: CredentialQueryNames;
}

/** What the credentials are called in a query. */
export interface CredentialQueryNames {
  /** @default 'client_id' */
  readonly clientId: string;
  /** @default 'client_secret' */
  readonly clientSecret: string;
}

/** The defaults of {@link CredentialQueryNames}. */
export const DEFAULT_QUERY_NAMES: CredentialQueryNames = {
  clientId: 'client_id',
  clientSecret: 'client_secret',
};

/** One POST to the token endpoint. Holds the secret in clear: never log it. */
export interface TokenRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer of the token endpoint, as it arrived. */
export interface TokenResponse {
  readonly status: number;
  /** Header values by lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/**
 * Makes one POST and returns what was answered, whatever the status.
 *
 * Follows no redirect, since that would send the secret elsewhere; ends the connection when the signal aborts; reads
 * no more than {@link MAX_RESPONSE_BYTES}.
 *
 * @throws {TokenRequestError} when no answer arrived; without any part of the request in it.
 */
export type TokenTransport = (
  request: TokenRequest,
  signal: AbortSignal,
) => Promise<TokenResponse>;

/** The largest answer that is read. */
export const MAX_RESPONSE_BYTES = 64 * 1024;

/**
 * Builds the client credentials exchange.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4.2
 */
export function buildTokenRequest(
  endpoint: TokenEndpoint,
  { clientId, clientSecret }: ClientCredentials,
): TokenRequest {
  const url = new URL(endpoint.url);
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (endpoint.credentialsIn === 'query') {
    url.searchParams.set(endpoint.queryNames.clientId, clientId);
    url.searchParams.set(endpoint.queryNames.clientSecret, clientSecret.value);
  } else {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret.value);
  }
  return {
    url: url.href,
    headers: {
      Accept: 'application/json',
      'Cache-Control': 'no-store',
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: form.toString(),
  };
}

/** The client id and secret in the form body of a token request; undefined where they are missing. */
export function readTokenRequestForm(body: string): {
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
} {
  const form = new URLSearchParams(body);
  return {
    clientId: form.get('client_id') ?? undefined,
    clientSecret: form.get('client_secret') ?? undefined,
  };
}

/** A URL as it may be printed: without user information, query and fragment. */
export function printableUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
