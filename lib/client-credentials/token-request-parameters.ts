/** The parameter that carries an unauthorized token's hash to a broker of this package. */
export const UNAUTHORIZED_TOKEN = 'unauthorized_token_sha256';

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
