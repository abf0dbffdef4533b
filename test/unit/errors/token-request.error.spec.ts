import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode, TokenRequestError } from '../../../lib/index.js';

const { CREDENTIALS_REFUSED, TOKEN_REQUEST_TIMEOUT } = AsposeAuthErrorCode;

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
