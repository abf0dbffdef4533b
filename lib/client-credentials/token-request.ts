import type { ClientCredentials } from '../credential/client-credentials.js';
import type { AccessToken } from '../token/access-token.js';
import { UNAUTHORIZED_TOKEN } from './token-request-parameters.js';
import type { TokenRequest } from './token-transport.js';

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

/** What a token request may say besides the credentials. */
export interface TokenRequestExtras {
  /** The unauthorized token that the answer is to replace. */
  readonly unauthorized?: AccessToken | undefined;
  /** The scope to ask for. */
  readonly scope?: string | undefined;
}

/**
 * Builds the request of the client credentials grant. Next, a `TokenTransport` sends it.
 *
 * On the wire, `grant_type`, `scope` and an unauthorized token's hash are form fields of the body; the credentials are
 * next to them or in the URL's query. The hash tells a broker of this package that its own token is dead; other
 * endpoints ignore the field.
 *
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
