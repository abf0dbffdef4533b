import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import type { TokenResponse } from '../../../lib/client-credentials/token-transport.js';
import { tokenFailureOf } from '../../../lib/client-credentials/token-failure.js';
import { readTokenResponse } from '../../../lib/client-credentials/token-response.js';
import { requestErrorOf } from '../../support/request-error.js';
import { json } from '../../support/token-tower.js';
import { unsignedJwt } from '../../support/unsigned-jwt.js';

const ENDPOINT = 'https://api.aspose.cloud/connect/token';
const C = AsposeAuthErrorCode;

const failureOf = (response: TokenResponse) =>
  requestErrorOf(() => readTokenResponse(response, ENDPOINT, 0));

/** A body that would be a grant, had the status been another. */
const GRANT = { access_token: 'abc', expires_in: 3600 };

describe('readTokenResponse: a failure', () => {
  it.each([400, 401, 402, 403, 404, 405, 406, 410, 415, 422, 451, 499])(
    '%i is a refusal, whatever its body',
    (status) => {
      for (const body of [{ error: 'invalid_client' }, GRANT, null, []])
        expect(failureOf(json(status, body))).toMatchObject({
          code: C.CREDENTIALS_REFUSED,
          failure: 'refused',
          status,
          message: expect.stringMatching(
            /clientId and clientSecret\. Aspose bans credentials for 10 minutes after 5 refused requests/,
          ),
        });
    },
  );

  it.each([
    [
      400,
      { error: 'invalid_client' },
      'refused the credentials (400 invalid_client). Check clientId',
    ],
    [400, {}, 'refused the credentials (400). Check clientId'],
    [
      401,
      { error: 'invalid_client' },
      'refused the credentials (401 invalid_client). Check clientId',
    ],
    [401, '', 'answered 401 without an OAuth error, so it is hardly a'],
    [401, { error: null }, 'answered 401 without an OAuth error, so it is'],
    [404, { error: 'Not Found' }, 'answered 404 without an OAuth error, so'],
    [405, '', 'answered 405 without an OAuth error, so it is hardly a'],
    [
      404,
      '<html>',
      'right? A tokenEndpoint that begins with / is below baseUrl, the path of',
    ],
    [302, '', 'Are tokenEndpoint and baseUrl right? Set tokenEndpoint to the'],
    [
      403,
      { error: 'invalid_client' },
      'refused the credentials (403 invalid_client). Check clientId',
    ],
    [404, {}, 'token endpoint. Are tokenEndpoint and baseUrl right?'],
    [403, '<html>', 'answered 403 without an OAuth error, so it is hardly a'],
  ])('%i with %j tells what to check', (status, body, says) => {
    expect(failureOf(json(status, body)).message).toContain(says);
  });

  it.each([300, 301, 302, 303, 304, 307, 308, 399])(
    '%i is a refusal, since it is not followed',
    (status) => {
      const location = 'https://elsewhere.example/?client_secret=canary';
      const error = failureOf(json(status, {}, { location }));
      expect(error).toMatchObject({
        code: C.TOKEN_REQUEST_REDIRECTED,
        failure: 'refused',
        status,
        message: expect.stringContaining('Set tokenEndpoint to the final URL'),
      });
      expect(error.message).not.toContain('canary');
    },
  );

  it.each([100, 408, 425, 500, 501, 502, 503, 504, 599])(
    '%i is transient, whatever its body',
    (status) => {
      for (const body of [{ error: 'invalid_client' }, GRANT, '<html>'])
        expect(failureOf(json(status, body))).toMatchObject({
          code: C.TOKEN_ENDPOINT_FAILED,
          failure: 'transient',
          status,
          message: expect.stringContaining('It is asked again after a pause'),
        });
    },
  );

  it.each([
    [429, '600', 600_000],
    [429, '0', 1_000],
    [429, '86400', 900_000],
    [429, undefined, undefined],
    [429, 'soon', undefined],
    [503, '2', 2_000],
  ])('%i with Retry-After %s asks for time', (status, value, retryAfterMs) => {
    const headers = value === undefined ? {} : { 'retry-after': value };
    const error = failureOf(json(status, {}, headers));
    expect(error).toMatchObject({
      code: C.THROTTLED,
      failure: 'throttled',
      status,
      message: expect.stringContaining(
        'it is rate-limiting. Aspose bans credentials',
      ),
    });
    expect(error.retryAfterMs).toBe(retryAfterMs);
  });

  it.each(['', 'soon', '1.5', '30s', '2026-01-01T00:00:05Z'])(
    '503 with a Retry-After that cannot be read will pass: %j',
    (value) => {
      const error = failureOf(json(503, {}, { 'retry-after': value }));
      expect(error.failure).toBe('transient');
    },
  );

  it.each([400, 401, 500, 502])(
    '%i does not become a throttle by a Retry-After',
    (status) => {
      const error = failureOf(json(status, {}, { 'retry-after': '1' }));
      expect(error.failure).not.toBe('throttled');
      expect(error).not.toHaveProperty('retryAfterMs');
    },
  );

  it('measures a Retry-After date without a Date from the time of arrival', () => {
    const response = {
      status: 429,
      headers: { 'retry-after': 'Thu, 01 Jan 1970 00:01:30 GMT' },
      body: '',
    };
    expect(() => readTokenResponse(response, ENDPOINT, 60_000)).toThrow(
      expect.objectContaining({ retryAfterMs: 30_000 }),
    );
  });

  it.each([
    'invalid_request',
    'invalid_client',
    'invalid_grant',
    'unauthorized_client',
    'unsupported_grant_type',
    'invalid_scope',
    'temporarily_unavailable',
  ])('tells the OAuth code %s', (oauthError) => {
    for (const body of [{ error: oauthError }, `{"error":"${oauthError}"}`]) {
      const error = failureOf(json(400, body));
      expect(error.oauthError).toBe(oauthError);
      expect(error.message).toContain(`(400 ${oauthError})`);
    }
  });

  it.each<[string, unknown]>([
    ['text with other characters', 'Invalid client 0e8400e2'],
    ['text that is too long', 'a'.repeat(41)],
    ['no text', 7],
    ['nothing', undefined],
  ])('tells the status alone where the code is %s', (_, code) => {
    const error = failureOf(json(400, { error: code }));
    expect(error).not.toHaveProperty('oauthError');
    expect(error.message).toContain('(400)');
  });

  it.each([
    ['an HTML page', '<html><body>Bad request</body></html>'],
    ['nothing', ''],
    ['a JWT', unsignedJwt({ error: 'invalid_client' })],
  ])('is read by its status where the body is %s', (_, body) => {
    const error = failureOf({ status: 400, headers: {}, body });
    expect(error).toMatchObject({ failure: 'refused', status: 400 });
    expect(error.message).not.toContain('html');
  });
});

describe('tokenFailureOf', () => {
  it.each([200, 201, 299])('finds no failure in status %i', (status) => {
    expect(tokenFailureOf(json(status, { error: 'x' }), 0)).toBeUndefined();
  });

  it.each(['invalid_scope', 'invalid_request', 'unsupported_grant_type'])(
    'tells that %s is about the request alone',
    (error) => {
      for (const body of [{ error }, JSON.stringify({ error })])
        expect(tokenFailureOf(json(400, body), 0)).toMatchObject({
          failure: 'refused',
          isAboutRequest: true,
        });
    },
  );

  it.each<TokenResponse>([
    json(400, { error: 'invalid_client' }),
    json(400, { error: 'unauthorized_client' }),
    json(400, { error: 'invalid_grant' }),
    json(400, { error: 'something_else' }),
    json(400, { message: 'invalid_scope' }),
    json(400, ['invalid_scope']),
    json(429, { error: 'invalid_scope' }),
    json(500, { error: 'invalid_scope' }),
    json(503, { error: 'invalid_scope' }, { 'retry-after': '60' }),
    { status: 400, headers: {}, body: '<html>invalid_scope</html>' },
    json(302, { title: 'invalid_scope' }),
  ])('takes any other answer to be about the credentials: %j', (answer) => {
    expect(tokenFailureOf(answer, 0)).toMatchObject({ isAboutRequest: false });
  });
});
