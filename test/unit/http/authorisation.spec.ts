import { describe, expect, it } from 'vitest';

import { isAboutToken } from '../../../lib/http/authorisation.js';

describe('A challenge', () => {
  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer realm="aspose"',
    'Bearer error="invalid_token"',
    'Bearer error=invalid_token, error_description="The token expired"',
    'bearer ERROR = "Invalid_Token"',
    'Bearer error_description="it has an error"',
    'Basic realm="x", Bearer error="invalid_token"',
    'Basic realm="error=x", Bearer error="invalid_token"',
    String.raw`Basic realm="\"error=x", Bearer error="invalid_token"`,
  ])('is about the token: %s', (challenge) => {
    expect(isAboutToken(challenge, 'yes')).toBe(true);
  });

  it.each([
    'Bearer error="insufficient_scope"',
    'Bearer error=insufficient_scope, scope="api.storage"',
    'Bearer realm="x", error="invalid_request"',
    'DPoP error="use_dpop_nonce"',
  ])('is about something else: %s', (challenge) => {
    expect(isAboutToken(challenge, 'yes')).toBe(false);
  });
});

describe('A challenge after a redirect that nobody saw', () => {
  it('is about the token when it says so', () => {
    expect(isAboutToken('Bearer error="invalid_token"', 'perhaps')).toBe(true);
  });

  it.each([undefined, 'Bearer', 'Bearer error="insufficient_scope"'])(
    'is not when it does not say so: %s',
    (challenge) => {
      expect(isAboutToken(challenge, 'perhaps')).toBe(false);
    },
  );
});

describe('A challenge to a request that lost the token', () => {
  it('is never about the token', () => {
    expect(isAboutToken('Bearer error="invalid_token"', 'no')).toBe(false);
  });
});
