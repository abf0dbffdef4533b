import { describe, expect, it } from 'vitest';

import {
  challengeError,
  isAboutToken,
} from '../../../lib/http/token-arrival.js';
import { growthOf, LINEAR, repeated } from '../../support/growth.js';

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
    String.raw`Bearer error="invalid\_token"`,
    'Negotiate error="x", Bearer error="invalid_token"',
    'Bearer error="invalid_token", DPoP error="use_dpop_nonce"',
    'Bearer realm="aspose", DPoP error="use_dpop_nonce"',
    'Bearer error=',
    'Bearer error="invalid_token',
    '"error=insufficient_scope',
    'Negotiate YWJj==',
  ])('is about the token: %s', (challenge) => {
    expect(isAboutToken(challenge, 'yes')).toBe(true);
  });

  it.each([
    'Bearer error="insufficient_scope"',
    'Bearer error=insufficient_scope, scope="api.storage"',
    'Bearer realm="x", error="invalid_request"',
    'DPoP error="use_dpop_nonce"',
    'Bearer error=insufficient_scope; scope=x',
    'Bearer realm="a,b=c" , error = "insufficient_scope"',
    'Basic realm="x", Bearer error="insufficient_scope"',
    'DPoP error="invalid_token", Bearer error="insufficient_scope"',
    'Basic YWJj=, Bearer error=insufficient_scope',
  ])('is about something else: %s', (challenge) => {
    expect(isAboutToken(challenge, 'yes')).toBe(false);
  });

  it.each([
    ['one word', repeated('a')],
    ['a name of dashes without a value', repeated('-', '', '=')],
    ['white space', repeated(' ', 'error')],
    ['white space before a value', repeated(' ', 'error=')],
    ['an open quote', repeated('b', 'error="')],
    ['quotes', repeated('"')],
    ['open quotes and escapes', repeated('a="b\\"', '', '\\')],
    ['escaped quotes', repeated('\\"', '"', '\\')],
    ['parameters', repeated('error="x",')],
  ])('is read in linear time: %s', (_, textOf) => {
    expect(growthOf(challengeError, textOf)).toBeLessThan(LINEAR);
  });
});
