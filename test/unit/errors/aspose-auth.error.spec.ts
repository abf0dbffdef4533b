import { describe, expect, it } from 'vitest';

import {
  AsposeAuthError,
  AsposeAuthErrorCode,
  ForeignOriginError,
  InvalidOptionsError,
  isAsposeAuthError,
  TokenRequestError,
  TokenUnavailableError,
} from '../../../lib/index.js';

const { DISABLED, TOKEN_UNAVAILABLE, CREDENTIALS_REFUSED } =
  AsposeAuthErrorCode;

const errors: [string, AsposeAuthError][] = [
  ['AsposeAuthError', new AsposeAuthError(DISABLED, 'no token')],
  ['ForeignOriginError', new ForeignOriginError('http://a', ['http://b'])],
  [
    'InvalidOptionsError',
    new InvalidOptionsError('It cannot start', ['a is wrong.']),
  ],
  [
    'TokenRequestError',
    new TokenRequestError(CREDENTIALS_REFUSED, 'no', { failure: 'refused' }),
  ],
  ['TokenUnavailableError', new TokenUnavailableError('none', {})],
];

describe('Each error', () => {
  it.each(errors)(
    'is an Error that is named after its class: %s',
    (name, error) => {
      expect(error).toBeInstanceOf(Error);
      expect(error).toBeInstanceOf(AsposeAuthError);
      expect(error.name).toBe(name);
      expect(error.stack).toContain(name);
      expect(isAsposeAuthError(error)).toBe(true);
    },
  );
});

describe('AsposeAuthError', () => {
  it('has no cause and no retryAfterMs unless there is one', () => {
    const error = new AsposeAuthError(DISABLED, 'no token', {
      cause: undefined,
      retryAfterMs: undefined,
    });

    expect('cause' in error).toBe(false);
    expect('retryAfterMs' in error).toBe(false);
    expect(Object.keys(error).toSorted()).toStrictEqual(['code', 'name']);
  });

  it('keeps its cause out of JSON', () => {
    const cause = new Error('behind it');
    const error = new AsposeAuthError(TOKEN_UNAVAILABLE, 'no token', {
      cause,
      retryAfterMs: 0,
    });

    expect(error.cause).toBe(cause);
    expect(error.retryAfterMs).toBe(0);
    expect(JSON.stringify(error)).not.toContain('behind it');
  });
});

describe('isAsposeAuthError', () => {
  it('knows the error of another copy of the package by its code', () => {
    const error = Object.assign(new Error('from elsewhere'), {
      code: 'ASPOSE_AUTH_DISABLED',
    });

    expect(isAsposeAuthError(error)).toBe(true);
  });

  it.each([
    ['another code', Object.assign(new Error('x'), { code: 'ECONNRESET' })],
    ['a code that is no text', Object.assign(new Error('x'), { code: 42 })],
    ['no code', new Error('x')],
    ['no Error', { code: 'ASPOSE_AUTH_DISABLED' }],
    ['nothing', undefined],
    ['null', null],
  ])('is false of %s', (_, value) => {
    expect(isAsposeAuthError(value)).toBe(false);
  });
});

describe('AsposeAuthErrorCode', () => {
  it('has each code once, under its own name', () => {
    for (const [name, code] of Object.entries(AsposeAuthErrorCode))
      expect(code).toBe(`ASPOSE_AUTH_${name}`);
  });
});
