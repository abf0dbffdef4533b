import type { AccessToken } from '../token/access-token.js';
import type { ClientCredentials } from '../credential/client-credentials.js';

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

/** What a token request may say beside the credentials. */
export interface TokenRequestExtras {
  /** The token that the answer is to replace. */
  readonly unauthorized?: AccessToken | undefined;
  /** The scope that is asked for. */
  readonly scope?: string | undefined;
}

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
 * no more than {@link MAX_RESPONSE_BYTES}. Once `overdue` aborts, the body of a failure is not waited for; by default,
 * that is the signal.
 *
 * @throws {TokenRequestError} when no answer arrived; without any part of the request in it.
 */
export type TokenTransport = (
  request: TokenRequest,
  signal: AbortSignal,
  overdue?: AbortSignal,
) => Promise<TokenResponse>;

/** The largest answer that is read. */
export const MAX_RESPONSE_BYTES = 64 * 1024;

/**
 * Builds the client credentials exchange.
 *
 * The request names an unauthorized token by its hash. A broker of this package then knows that its own token is dead;
 * other endpoints ignore the field.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4.2
 */
export function buildTokenRequest(
  endpoint: TokenEndpoint,
  { clientId, clientSecret }: ClientCredentials,
  { unauthorized, scope }: TokenRequestExtras = {},
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
  if (scope !== undefined) form.set('scope', scope);
  if (unauthorized !== undefined)
    form.set(UNAUTHORIZED_TOKEN, unauthorized.sha256);
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

/** The parameter that carries an unauthorized token's hash to a broker of this package. */
const UNAUTHORIZED_TOKEN = 'unauthorized_token_sha256';

/** The parameters of a token request, each as often as it was sent. */
export interface TokenRequestParameters {
  readonly grantType: readonly unknown[];
  readonly clientId: readonly unknown[];
  readonly clientSecret: readonly unknown[];
  readonly scope: readonly unknown[];
  readonly unauthorizedTokenSha256: readonly unknown[];
}

/**
 * Finds the parameters of a token request among parsed form, JSON or query fields.
 *
 * Names are read as OAuth writes them and as Aspose's pages do: `client_id`, `clientId` and `Client ID` are one.
 */
export function readTokenRequestParameters(
  fields: Readonly<Record<string, unknown>>,
): TokenRequestParameters {
  const named = (name: string) =>
    Object.entries(fields)
      .filter(([field]) => plainName(field) === plainName(name))
      .flatMap(([, value]) => value);
  return {
    grantType: named('grant_type'),
    clientId: named('client_id'),
    clientSecret: named('client_secret'),
    scope: named('scope'),
    unauthorizedTokenSha256: named(UNAUTHORIZED_TOKEN),
  };
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}
