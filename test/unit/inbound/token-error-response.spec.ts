import { describe, expect, it } from 'vitest';

import {
  AsposeAuthError,
  AsposeAuthErrorCode,
  TokenRequestError,
  TokenUnavailableError,
} from '../../../lib/index.js';
import { tokenErrorResponse } from '../../../lib/inbound/token-error-response.js';
import { TOKEN_ERROR_BODIES } from '../../support/token-error-bodies.js';

const { TOKEN_UNAVAILABLE, CREDENTIALS_REFUSED, TOKEN_REQUEST_TIMEOUT } =
  AsposeAuthErrorCode;

describe('A failure to get a token', () => {
  it('that is temporary is answered 503', () => {
    const error = new TokenUnavailableError('held back: wrong secret', {
      retryAfterMs: 40_000,
    });

    expect(tokenErrorResponse(error)).toStrictEqual({
      status: 503,
      headers: { 'Retry-After': '40' },
      body: TOKEN_ERROR_BODIES[503],
    });
  });

  it.each(['UNKNOWN_TENANT', 'TENANT_LIMIT'] as const)(
    'that is about the tenant is answered 503: %s',
    (code) => {
      const error = new TokenUnavailableError(
        'not now',
        { retryAfterMs: 30_000 },
        AsposeAuthErrorCode[code],
      );

      expect(tokenErrorResponse(error)).toStrictEqual({
        status: 503,
        headers: { 'Retry-After': '30' },
        body: TOKEN_ERROR_BODIES[503],
      });
    },
  );

  it('that is a matter of time is answered 504', () => {
    const error = TokenRequestError.timeout('did not answer', 4000);

    expect(tokenErrorResponse(error)).toStrictEqual({
      status: 504,
      headers: { 'Retry-After': '1' },
      body: TOKEN_ERROR_BODIES[504],
    });
  });

  it('that is an answer of no use is answered 502', () => {
    const error = new TokenRequestError(CREDENTIALS_REFUSED, 'wrong secret', {
      failure: 'refused',
      status: 400,
      oauthError: 'invalid_client',
      retryAfterMs: 60_000,
    });

    expect(tokenErrorResponse(error)).toStrictEqual({
      status: 502,
      headers: { 'Retry-After': '60' },
      body: TOKEN_ERROR_BODIES[502],
    });
  });

  it.each([
    [undefined, '1'],
    [-1, '1'],
    [0, '1'],
    [1, '1'],
    [1_000, '1'],
    [1_001, '2'],
    [59_999.5, '60'],
    [600_000, '600'],
  ])('asks to come back in whole seconds: after %s ms in %s', (ms, seconds) => {
    const error = new AsposeAuthError(TOKEN_UNAVAILABLE, 'none', {
      retryAfterMs: ms,
    });

    expect(tokenErrorResponse(error)?.headers['Retry-After']).toBe(seconds);
  });

  it.each([Infinity, Number.NaN])(
    'never asks to come back in %s seconds: a header holds digits',
    (retryAfterMs) => {
      const error = new AsposeAuthError(TOKEN_REQUEST_TIMEOUT, 'none', {
        retryAfterMs,
      });

      expect(tokenErrorResponse(error)?.headers['Retry-After']).toMatch(
        /^\d+$/,
      );
    },
  );

  it('of another copy of the package is answered alike', () => {
    const error = Object.assign(new Error('from elsewhere'), {
      code: 'ASPOSE_AUTH_THROTTLED',
      retryAfterMs: 7_000,
    });

    expect(tokenErrorResponse(error)).toMatchObject({
      status: 503,
      headers: { 'Retry-After': '7' },
    });
  });

  it.each([
    ['a mistake of the app', new AsposeAuthError('ASPOSE_AUTH_UNGUARDED', 'x')],
    ['a lost tenant', new AsposeAuthError('ASPOSE_AUTH_NO_TENANT', 'x')],
    ['an error of the app', new Error('no disk')],
    ['an answer of an API', Object.assign(new Error('401'), { status: 401 })],
    ['nothing', undefined],
  ])('is not what it is: %s', (_, error) => {
    expect(tokenErrorResponse(error)).toBeUndefined();
  });
});
