import type { ClientCredentials } from '../credential/client-credentials.js';
import type { AccessToken } from '../token/access-token.js';
import type { TokenRequest } from './token-transport.js';

/** The parameter that carries an unauthorized token's hash to a broker of this package. */
export const UNAUTHORIZED_TOKEN = 'unauthorized_token_sha256';

/** Where tokens are requested, and how the credentials travel there. */
export interface TokenEndpoint {
  /** The token endpoint's URL. */
  readonly url: string;
  /** Whether the credentials go into the form body or into the query. */
  readonly credentialsIn: 'form' | 'query';
  /** The query parameter names of the id and the secret. */
  readonly queryNames: CredentialQueryNames;
}

/** The query parameter names of the client id and the secret. */
export interface CredentialQueryNames {
  /**
   * What the parameter with the client id is called.
   *
   * @default 'client_id'
   */
  readonly clientId: string;
  /**
   * What the parameter with the client secret is called.
   *
   * @default 'client_secret'
   */
  readonly clientSecret: string;
}

/** The defaults of {@link CredentialQueryNames}. */
export const DEFAULT_QUERY_NAMES: CredentialQueryNames = {
  clientId: 'client_id',
  clientSecret: 'client_secret',
};

/**
 * Builds the request of the client credentials grant. Next, a `TokenTransport` sends it.
 *
 * On the wire, `grant_type`, `scope` and an unauthorized token's hash are form fields of the body; the credentials are
 * next to them or in the URL's query. The hash tells a broker of this package that its own token is dead; other
 * endpoints ignore the field.
 *
 * @param unauthorized - the unauthorized token that the answer is to replace.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4.2
 */
export function buildTokenRequest(
  endpoint: TokenEndpoint,
  { clientId, clientSecret }: ClientCredentials,
  {
    unauthorized,
    scope,
  }: {
    unauthorized?: AccessToken | undefined;
    scope?: string | undefined;
  } = {},
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

/** The parameters of a token request as a server receives them, each as often as it was sent. */
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
 * Names may be spelled as in OAuth or as on Aspose's pages: `client_id`, `clientId` and `Client ID` are the same.
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
