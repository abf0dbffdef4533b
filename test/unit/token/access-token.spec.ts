import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { AccessToken, isBearerToken } from '../../../lib/token/access-token.js';

describe('AccessToken', () => {
  const life = {
    lifetimeMs: 3_600_000,
    refreshAfterMs: 2_700_000,
    issuedAt: { monotonicMs: 1_000, wallMs: 1_700_000_000_000 },
  };

  it('knows its life', () => {
    expect(new AccessToken('abc', life)).toMatchObject({
      value: 'abc',
      ...life,
      expiresAt: 1_700_003_600_000,
    });
  });

  it('never expires without a life', () => {
    expect(new AccessToken('abc')).toMatchObject({
      lifetimeMs: Infinity,
      refreshAfterMs: Infinity,
      expiresAt: Infinity,
    });
  });

  it('prints as its fingerprint, its life and all', () => {
    const token = new AccessToken('canary-token', life);
    const printed = `[redacted sha256:${token.fingerprint}]`;
    expect(String(token)).toBe(printed);
    expect(inspect({ token })).toBe(`{ token: ${printed} }`);
    expect(JSON.stringify({ token })).toBe(JSON.stringify({ token: printed }));
    expect(inspect(token, { customInspect: false })).not.toContain('canary');
  });
});

describe('An AccessToken without its text', () => {
  it.each([undefined, null, 7, {}])(
    'is not made, and the error says why: %s',
    (value) => {
      expect(() => new AccessToken(value as string)).toThrow(
        /cannot be made without its text.*validateCustomDecorators/,
      );
    },
  );
});

describe('isBearerToken', () => {
  it.each([
    ['a JWT', 'eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjF9.c2ln'],
    ['every character that is allowed', 'azAZ09-._~+/'],
    ['padding at the end', 'YWI='],
    ['more padding', 'YQ=='],
    ['a single character', 'x'],
  ])('accepts %s', (_, value) => {
    expect(isBearerToken(value)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['padding alone', '=='],
    ['padding in the middle', 'YQ==b'],
    ['a space', 'a b'],
    ['a space at an edge', ' ab'],
    ['a line feed at the end', 'ab\n'],
    ['a header injection', 'ab\r\nX-Admin: 1'],
    ['a comma, which would begin another credential', 'ab,cd'],
    ['a quote', '"ab"'],
    ['a NUL', 'ab\0'],
    ['a letter beyond ASCII', 'abé'],
    ['its own printed form', '[redacted sha256:1a2b3c4d]'],
  ])('does not accept %s', (_, value) => {
    expect(isBearerToken(value)).toBe(false);
  });
});
