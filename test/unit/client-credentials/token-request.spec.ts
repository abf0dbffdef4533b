import { describe, expect, it } from 'vitest';

import { AccessToken } from '../../../lib/token/access-token.js';
import { ClientCredentials } from '../../../lib/credential/client-credentials.js';
import {
  buildTokenRequest,
  DEFAULT_QUERY_NAMES,
  type TokenEndpoint,
} from '../../../lib/client-credentials/token-request.js';

const URL_ = 'https://api.aspose.cloud/connect/token';

function requestOf(
  endpoint: Partial<TokenEndpoint>,
  clientId = 'my id',
  clientSecret = 'a+b&c=d/é%',
) {
  return buildTokenRequest(
    {
      url: URL_,
      credentialsIn: 'form',
      queryNames: DEFAULT_QUERY_NAMES,
      ...endpoint,
    },
    new ClientCredentials({ clientId, clientSecret }),
  );
}

describe('buildTokenRequest', () => {
  it('puts the credentials into the form, encoded', () => {
    const { url, body } = requestOf({});
    expect(url).toBe(URL_);
    expect([...new URLSearchParams(body)]).toEqual([
      ['grant_type', 'client_credentials'],
      ['client_id', 'my id'],
      ['client_secret', 'a+b&c=d/é%'],
    ]);
    expect(body).toContain('client_secret=a%2Bb%26c%3Dd%2F%C3%A9%25');
  });

  it('asks for JSON that nobody may store', () => {
    expect(requestOf({}).headers).toEqual({
      Accept: 'application/json',
      'Cache-Control': 'no-store',
      'Content-Type': 'application/x-www-form-urlencoded',
    });
  });

  it('puts the credentials into the query where told to, and nowhere else', () => {
    const { url, body } = requestOf({ credentialsIn: 'query' });
    expect([...new URL(url).searchParams]).toEqual([
      ['client_id', 'my id'],
      ['client_secret', 'a+b&c=d/é%'],
    ]);
    expect(body).toBe('grant_type=client_credentials');
  });

  it('names the credentials in the query as it is told', () => {
    const { url } = requestOf({
      url: `${URL_}?tenant=7`,
      credentialsIn: 'query',
      queryNames: { clientId: 'Client ID', clientSecret: 'Client Secret' },
    });
    expect([...new URL(url).searchParams]).toEqual([
      ['tenant', '7'],
      ['Client ID', 'my id'],
      ['Client Secret', 'a+b&c=d/é%'],
    ]);
  });

  it('keeps the query of the endpoint', () => {
    expect(requestOf({ url: `${URL_}?tenant=7` }).url).toBe(`${URL_}?tenant=7`);
  });
});

describe('buildTokenRequest: what is said besides the credentials', () => {
  const build = (credentialsIn: 'form' | 'query', extras: object) =>
    new URLSearchParams(
      buildTokenRequest(
        { url: URL_, credentialsIn, queryNames: DEFAULT_QUERY_NAMES },
        new ClientCredentials({ clientId: 'id', clientSecret: 'secret' }),
        extras,
      ).body,
    );

  it.each(['form', 'query'] as const)(
    'is in the form, with the credentials in the %s',
    (credentialsIn) => {
      const form = build(credentialsIn, { scope: 'api.products api.storage' });
      expect(form.get('scope')).toBe('api.products api.storage');
      expect(form.has('unauthorized_token_sha256')).toBe(false);
    },
  );

  it('names an unauthorized token by its hash alone', () => {
    const refused = new AccessToken('canary-token');
    const form = build('form', { unauthorized: refused });
    expect(form.get('unauthorized_token_sha256')).toBe(refused.sha256);
    expect(form.toString()).not.toContain('canary');
    expect(form.has('scope')).toBe(false);
  });
});
