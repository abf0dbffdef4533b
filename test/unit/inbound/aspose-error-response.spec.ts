import { describe, expect, it } from 'vitest';

import {
  AsposeAuthError,
  AsposeAuthErrorCode,
  asposeErrorResponse,
  ForeignOriginError,
  TokenUnavailableError,
} from '../../../lib/index.js';
import { callFailureResponse } from '../../../lib/inbound/aspose-error-response.js';
import { noteFailedCall } from '../../../lib/http/failed-call.js';
import { TOKEN_ERROR_BODIES } from '../../support/token-error-bodies.js';

const statusFor = (status: number, message?: string) =>
  callFailureResponse({ kind: 'answered', status, message }).status;

const ALL = Array.from({ length: 300 }, (_, index) => 300 + index);

describe('The answer to a call that failed', () => {
  it('passes on what is about the input of the caller, and nothing else', () => {
    const passedOn = ALL.filter((status) => statusFor(status, 'x') === status);

    expect(passedOn).toStrictEqual([
      400, 404, 409, 410, 413, 415, 422, 501, 502, 503, 504,
    ]);
    for (const status of ALL) {
      const { body } = callFailureResponse({
        kind: 'answered',
        status,
        message: 'what Aspose says',
      });
      const isToldWhy = body.message === 'what Aspose says';
      expect([status, isToldWhy]).toStrictEqual([
        status,
        [400, 404, 409, 410, 413, 415, 422, 501].includes(status),
      ]);
    }
  });

  it('to a HEAD, to which Aspose cannot say anything, is the same', () => {
    const answerTo = (call: string) =>
      callFailureResponse({ call, kind: 'answered', status: 404 }).body;

    expect(answerTo('HEAD https://api.aspose.cloud/v4.0/cells')).toStrictEqual({
      statusCode: 404,
      error: 'Not Found',
      message: 'Not Found',
    });
    expect(answerTo('GET https://api.aspose.cloud/v4.0/cells')).toMatchObject({
      statusCode: 502,
    });
  });

  it('is one of four where Aspose says nothing', () => {
    expect([...new Set(ALL.map((status) => statusFor(status)))]).toStrictEqual([
      502, 503, 504, 413,
    ]);
  });

  it.each([
    [1, '1'],
    [1_001, '2'],
    [600_000, '600'],
    [86_400_000, '86400'],
    [Infinity, '86400'],
  ])('asks to come back after %s ms in %s s', (retryAfterMs, seconds) => {
    const { headers } = callFailureResponse({
      kind: 'answered',
      status: 429,
      retryAfterMs,
    });

    expect(headers).toStrictEqual({ 'Retry-After': seconds });
  });

  it('does not ask to come back where waiting is of no use', () => {
    const { headers } = callFailureResponse({
      kind: 'answered',
      status: 500,
      retryAfterMs: 5_000,
    });

    expect(headers).toStrictEqual({});
  });

  it('is 503 when the app itself has called it off', () => {
    expect(callFailureResponse({ kind: 'called-off' }).status).toBe(503);
  });
});

describe('The answer to an error', () => {
  it('is that of a failure to get a token, also as a cause', () => {
    const error = new TokenUnavailableError('none', { retryAfterMs: 5_000 });
    const expected = {
      status: 503,
      headers: { 'Retry-After': '5' },
      body: TOKEN_ERROR_BODIES[503],
    };

    expect(asposeErrorResponse(error)).toStrictEqual(expected);
    expect(
      asposeErrorResponse(new Error('no report', { cause: error })),
    ).toStrictEqual(expected);
  });

  it('is the same for an unauthorized token, whoever noticed it', () => {
    const bySdk = new AsposeAuthError(
      AsposeAuthErrorCode.TOKEN_UNAUTHORIZED,
      'https://api.aspose.cloud answered 401',
    );
    const byApi = { message: 'Unauthorized', code: 401 };
    noteFailedCall(byApi, 'GET /');

    expect(asposeErrorResponse(byApi)).toStrictEqual(
      asposeErrorResponse(bySdk),
    );
  });

  it('is none for a mistake of the app, though it happened in a call', () => {
    const error = new ForeignOriginError('https://host', []);
    noteFailedCall(error, 'GET https://host/');

    expect(asposeErrorResponse(error)).toBeUndefined();
  });

  it('is none for what nobody noted', () => {
    expect(asposeErrorResponse({ message: 'x', code: 404 })).toBeUndefined();
  });
});
