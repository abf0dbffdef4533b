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

const {
  CREDENTIALS_REFUSED,
  DISABLED,
  TOKEN_REQUEST_TIMEOUT,
  TOKEN_UNAVAILABLE,
} = AsposeAuthErrorCode;

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

describe('TokenRequestError', () => {
  it('says what was answered', () => {
    const error = new TokenRequestError(CREDENTIALS_REFUSED, 'refused', {
      failure: 'refused',
      status: 400,
      oauthError: 'invalid_client',
      attempts: 2,
      retryAfterMs: 60_000,
    });

    expect(error).toMatchObject({
      code: CREDENTIALS_REFUSED,
      message: 'refused',
      failure: 'refused',
      status: 400,
      oauthError: 'invalid_client',
      attempts: 2,
      retryAfterMs: 60_000,
    });
  });

  it('counts one attempt, and has no status where nothing was answered', () => {
    const error = new TokenRequestError(CREDENTIALS_REFUSED, 'no answer', {
      failure: 'transient',
    });

    expect(error.attempts).toBe(1);
    expect('status' in error).toBe(false);
    expect('oauthError' in error).toBe(false);
  });

  it('has a timeout of its own, which may be tried again', () => {
    expect(TokenRequestError.timeout('did not answer', 4000)).toMatchObject({
      code: TOKEN_REQUEST_TIMEOUT,
      failure: 'transient',
      message: 'The token endpoint did not answer within 4000 ms.',
    });
  });

  it('keeps all it knows when it is seen from further away', () => {
    const cause = new Error('behind it');
    const error = new TokenRequestError(CREDENTIALS_REFUSED, 'refused', {
      failure: 'refused',
      status: 400,
      oauthError: 'invalid_client',
      retryAfterMs: 60_000,
      cause,
    });

    expect(error.with({ attempts: 3 })).toMatchObject({
      code: CREDENTIALS_REFUSED,
      message: 'refused',
      failure: 'refused',
      status: 400,
      oauthError: 'invalid_client',
      attempts: 3,
      retryAfterMs: 60_000,
      cause,
    });
    expect(error.with({ retryAfterMs: 5 })).toMatchObject({
      attempts: 1,
      retryAfterMs: 5,
    });
    expect('retryAfterMs' in error.with({ retryAfterMs: undefined })).toBe(
      false,
    );
  });
});

describe('TokenUnavailableError', () => {
  it('says when another try may succeed', () => {
    const error = new TokenUnavailableError('none', { retryAfterMs: 500 });

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.TOKEN_UNAVAILABLE,
      message: 'none',
      retryAfterMs: 500,
    });
  });

  it('may have a code that says more', () => {
    const { BUDGET_EXHAUSTED } = AsposeAuthErrorCode;

    expect(new TokenUnavailableError('none', {}, BUDGET_EXHAUSTED).code).toBe(
      BUDGET_EXHAUSTED,
    );
  });
});

describe('InvalidOptionsError', () => {
  it('says what cannot be done, and lists the problems, each on a line of its own', () => {
    const error = new InvalidOptionsError('AsposeAuthModule cannot start', [
      'a is wrong.',
      'b is missing.',
    ]);

    expect(error.code).toBe(AsposeAuthErrorCode.INVALID_OPTIONS);
    expect(error.problems).toStrictEqual(['a is wrong.', 'b is missing.']);
    expect(error.message).toBe(
      'AsposeAuthModule cannot start:\n  - a is wrong.\n  - b is missing.',
    );
  });
});

describe('ForeignOriginError', () => {
  it('names the origin, those that are allowed, and what to do', () => {
    const error = new ForeignOriginError('https://other.example', [
      'https://api.aspose.cloud',
      'http://localhost:5000',
    ]);

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.FOREIGN_ORIGIN,
      origin: 'https://other.example',
      message:
        'https://other.example may not receive the Aspose token: only https://api.aspose.cloud, http://localhost:5000 may. ' +
        'Call other hosts with another HTTP client, or add the origin to the option allowedOrigins.',
    });
  });
});
