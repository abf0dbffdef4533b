import { describe, expect, it } from 'vitest';

import {
  buildTokenRequest,
  DEFAULT_QUERY_NAMES,
  readTokenRequestParameters,
} from '../../../lib/client-credentials/token-request.js';
import { ClientCredentials } from '../../../lib/credential/client-credentials.js';
import { AccessToken } from '../../../lib/token/access-token.js';

describe('readTokenRequestParameters', () => {
  const NOTHING = {
    grantType: [],
    clientId: [],
    clientSecret: [],
    scope: [],
    unauthorizedTokenSha256: [],
  };

  it('finds nothing among other fields', () => {
    expect(readTokenRequestParameters({ id: '1', secret: '2' })).toEqual(
      NOTHING,
    );
  });

  it.each(['client_id', 'clientId', 'Client ID', 'CLIENT-ID', 'clientid'])(
    'knows a client id by the name %s',
    (name) => {
      expect(readTokenRequestParameters({ [name]: 'id' })).toEqual({
        ...NOTHING,
        clientId: ['id'],
      });
    },
  );

  it('reads what buildTokenRequest writes', () => {
    const refused = new AccessToken('old');
    const { body } = buildTokenRequest(
      {
        url: 'https://id.example/',
        credentialsIn: 'form',
        queryNames: DEFAULT_QUERY_NAMES,
      },
      new ClientCredentials({ clientId: 'id', clientSecret: 'secret' }),
      { unauthorized: refused, scope: 'all' },
    );
    const fields = Object.fromEntries(new URLSearchParams(body));
    expect(readTokenRequestParameters(fields)).toEqual({
      grantType: ['client_credentials'],
      clientId: ['id'],
      clientSecret: ['secret'],
      scope: ['all'],
      unauthorizedTokenSha256: [refused.sha256],
    });
  });

  it('tells how often each was sent, whatever it is', () => {
    const fields = { client_id: ['a', 'b'], clientId: 7, 'Client Secret': '' };
    expect(readTokenRequestParameters(fields)).toEqual({
      ...NOTHING,
      clientId: ['a', 'b', 7],
      clientSecret: [''],
    });
  });
});
