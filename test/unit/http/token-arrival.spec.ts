import { describe, expect, it } from 'vitest';

import { isAboutToken } from '../../../lib/http/token-arrival.js';

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
