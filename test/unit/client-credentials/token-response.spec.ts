import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  TokenRequestError,
} from '../../../lib/errors/errors.js';
import { isBearerToken } from '../../../lib/token/access-token.js';
import { MAX_RESPONSE_BYTES } from '../../../lib/client-credentials/token-transport.js';
import {
  readTokenResponse,
  writeTokenResponse,
} from '../../../lib/client-credentials/token-response.js';
import { json } from '../../support/token-tower.js';
import { unsignedJwt } from '../../support/unsigned-jwt.js';
import { requestErrorOf } from '../../support/request-error.js';

const ENDPOINT = 'https://api.aspose.cloud/connect/token';
const ISSUED = 1_700_000_000;
const JWT = unsignedJwt({ nbf: ISSUED, exp: ISSUED + 86_400 });
const GRANT = { access_token: JWT, expires_in: 3600, token_type: 'Bearer' };
const MAX_TOKEN = 32 * 1024;

function read(body: string, status = 200) {
  return readTokenResponse({ status, headers: {}, body }, ENDPOINT, 0);
}

function readJson(body: unknown) {
  return readTokenResponse(json(200, body), ENDPOINT, 0);
}

describe('readTokenResponse: the shapes of a grant', () => {
  it.each([
    ['a JSON object', JSON.stringify(GRANT)],
    ['a JSON object in a JSON string', JSON.stringify(JSON.stringify(GRANT))],
    ['an object behind a byte order mark', `\ufeff${JSON.stringify(GRANT)}`],
    ['an object in white space', `\r\n ${JSON.stringify(GRANT)} \n`],
    [
      'an object with more in it',
      JSON.stringify({ ...GRANT, scope: 'api.products', error: null }),
    ],
  ])('reads %s', (_, body) => {
    expect(read(body)).toEqual({
      value: JWT,
      lifetimeMs: 3_600_000,
      lifetimeFrom: 'expires_in',
    });
  });

  it.each([
    ['a bare JWT', JWT],
    ['a quoted JWT', JSON.stringify(JWT)],
    ['a JWT behind a byte order mark', `\ufeff${JWT}`],
    ['a JWT before a line feed', `${JWT}\r\n`],
    ['a quoted JWT before a quoted line feed', JSON.stringify(`${JWT}\n`)],
  ])('reads %s, and its lifetime from the claims', (_, body) => {
    expect(read(body)).toEqual({
      value: JWT,
      lifetimeMs: 86_400_000,
      lifetimeFrom: 'jwt',
    });
  });

  it.each([200, 201, 299])('reads a grant of status %i', (status) => {
    expect(read(JSON.stringify(GRANT), status).value).toBe(JWT);
  });

  it.each([
    'token_type',
    'expires_in',
    'scope',
    'refresh_token',
    'error',
    'error_description',
    'error_uri',
    'id_token',
  ])('takes a null %s for an absent one', (member) => {
    const { [member]: _, ...without } = GRANT as Record<string, unknown>;
    expect(readJson({ ...GRANT, [member]: null })).toEqual(readJson(without));
    const quoted = JSON.stringify({ ...GRANT, [member]: null });
    expect(readJson(quoted)).toEqual(readJson(without));
  });

  it.each(['Bearer', 'bearer', 'BEARER', undefined])(
    'accepts the token type %s',
    (type) => {
      expect(readJson({ ...GRANT, token_type: type }).value).toBe(JWT);
    },
  );

  it('accepts a token of 32 KiB that is no JWT', () => {
    const value = 'x'.repeat(MAX_TOKEN);
    expect(readJson({ ...GRANT, access_token: value }).value).toBe(value);
  });

  it('accepts an answer of 64 KiB', () => {
    const body = JSON.stringify(GRANT).padEnd(MAX_RESPONSE_BYTES, ' ');
    expect(read(body).value).toBe(JWT);
  });
});

describe('readTokenResponse: an answer of 200 that is no grant', () => {
  const C = AsposeAuthErrorCode;
  const html = '<!DOCTYPE html><title>502 Bad Gateway</title>';

  it.each<[string, string, AsposeAuthErrorCode, string]>([
    ['nothing', '', C.RESPONSE_EMPTY, 'an empty body'],
    ['white space', ' \r\n', C.RESPONSE_EMPTY, 'an empty body'],
    ['a byte order mark', '\ufeff', C.RESPONSE_EMPTY, 'an empty body'],
    ['an HTML page', html, C.RESPONSE_NOT_JSON, 'an HTML page that is'],
    ['plain text', 'OK', C.RESPONSE_NOT_JSON, 'text that is neither'],
    [
      'truncated JSON',
      JSON.stringify(GRANT).slice(0, -2),
      C.RESPONSE_NOT_JSON,
      'Are tokenEndpoint and baseUrl right? Is a proxy in between',
    ],
    ['a truncated JWT', JWT.slice(0, 60), C.RESPONSE_NOT_JSON, 'nor a JWT'],
    ['form encoding', `access_token=${JWT}`, C.RESPONSE_NOT_JSON, 'text that'],
    ['an array', JSON.stringify([GRANT]), C.RESPONSE_NOT_JSON, 'text that'],
    ['null', 'null', C.RESPONSE_NOT_JSON, 'text that is neither'],
    ['a number', '3600', C.RESPONSE_NOT_JSON, 'text that is neither'],
    ['a JSON string', '"OK"', C.RESPONSE_NOT_JSON, 'text that is neither'],
    ['an empty JSON string', '""', C.RESPONSE_NOT_JSON, 'text that is neither'],
    [
      'more than 64 KiB',
      JSON.stringify(GRANT).padEnd(MAX_RESPONSE_BYTES + 1, ' '),
      C.RESPONSE_TOO_LARGE,
      'more than 64 KiB',
    ],
    [
      'more than 64 KiB in fewer characters',
      'é'.repeat(MAX_RESPONSE_BYTES / 2 + 1),
      C.RESPONSE_TOO_LARGE,
      'more than 64 KiB',
    ],
  ])('is unusable: %s', (_, body, code, message) => {
    const error = requestErrorOf(() => read(body));
    expect(error).toMatchObject({
      code,
      failure: 'transient',
      status: 200,
      attempts: 1,
    });
    expect(error.message.toLowerCase()).toContain(message.toLowerCase());
    expect(error.message).toContain(`${ENDPOINT} answered 200 with`);
  });

  it('names the status it came with', () => {
    expect(requestErrorOf(() => read('', 204))).toMatchObject({
      code: C.RESPONSE_EMPTY,
      status: 204,
      message: expect.stringContaining('answered 204 with an empty body'),
    });
  });

  it.each<[string, object, AsposeAuthErrorCode, string]>([
    ['no token', { access_token: undefined }, C.TOKEN_MISSING, 'with no acc'],
    ['a token of null', { access_token: null }, C.TOKEN_MISSING, 'with no acc'],
    ['a number for a token', { access_token: 7 }, C.TOKEN_MISSING, 'number'],
    ['an object for a token', { access_token: {} }, C.TOKEN_MISSING, 'object'],
    ['an empty token', { access_token: '' }, C.TOKEN_MISSING, 'empty'],
    [
      'a token of more than 32 KiB',
      { access_token: 'x'.repeat(MAX_TOKEN + 1) },
      C.TOKEN_TOO_LONG,
      '32769 characters; at most 32768',
    ],
    [
      'a header in the token',
      { access_token: `${JWT}\r\nX-Admin: 1` },
      C.TOKEN_MALFORMED,
      'no Authorization header may carry',
    ],
    [
      'a line feed behind the token',
      { access_token: `${JWT}\n` },
      C.TOKEN_MALFORMED,
      'RFC 6750',
    ],
    [
      'a token with its type before it',
      { access_token: `Bearer ${JWT}` },
      C.TOKEN_MALFORMED,
      'RFC 6750',
    ],
    ['a MAC token', { token_type: 'mac' }, C.TOKEN_TYPE_UNSUPPORTED, 'Bearer'],
    ['an empty type', { token_type: '' }, C.TOKEN_TYPE_UNSUPPORTED, 'Bearer'],
    ['a type of 1', { token_type: 1 }, C.TOKEN_TYPE_UNSUPPORTED, 'token_type'],
  ])('is unusable: a grant with %s', (_, fields, code, message) => {
    const error = requestErrorOf(() => readJson({ ...GRANT, ...fields }));
    expect(error).toMatchObject({ code, failure: 'transient', status: 200 });
    expect(error.message).toContain(message);
    expect(error).not.toHaveProperty('oauthError');
  });

  it.each<[string, unknown, string, string | undefined]>([
    ['an OAuth code', 'invalid_client', '(invalid_client)', 'invalid_client'],
    ['other text', 'No such client: x', '(not an OAuth code)', undefined],
    ['an empty text', '', '(not an OAuth code)', undefined],
    ['false', false, '(not an OAuth code)', undefined],
    ['an object', { code: 7 }, '(not an OAuth code)', undefined],
  ])('is an error, token or not: %s', (_, error, message, oauthError) => {
    for (const body of [{ error }, { ...GRANT, error }]) {
      const failure = requestErrorOf(() => readJson(body));
      expect(failure).toMatchObject({
        code: C.RESPONSE_CARRIES_ERROR,
        failure: 'transient',
        message: expect.stringContaining(message),
      });
      expect(failure.oauthError).toBe(oauthError);
    }
  });

  it('reads any text as a usable token or as a failure that quotes none of it', () => {
    const anyField = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.double(),
      fc.constantFrom(undefined, null, JWT, 'Bearer', 3600, '3600', {}, true),
    );
    const anyGrant = fc
      .record({
        access_token: anyField,
        expires_in: anyField,
        token_type: anyField,
        error: fc.option(anyField),
      })
      .map((grant) => JSON.stringify(grant));
    const anyText = fc.oneof(fc.string({ maxLength: 50 }), anyGrant);
    fc.assert(
      fc.property(anyText, (body) => {
        try {
          const { value, lifetimeMs } = read(body);
          return isBearerToken(value) && lifetimeMs >= 1_000;
        } catch (error) {
          return (
            error instanceof TokenRequestError &&
            ['transient', 'ending'].includes(error.failure) &&
            !(body.length > 30 && error.message.includes(body))
          );
        }
      }),
    );
  });
});

describe('writeTokenResponse', () => {
  it('writes what readTokenResponse reads', () => {
    expect(read(writeTokenResponse(JWT, 3_599_999))).toEqual({
      value: JWT,
      lifetimeMs: 3_599_000,
      lifetimeFrom: 'expires_in',
    });
  });

  it.each([
    { lifetimeMs: -5, seconds: 1 },
    { lifetimeMs: 0, seconds: 1 },
    { lifetimeMs: 1_999, seconds: 1 },
    { lifetimeMs: 2_000, seconds: 2 },
    { lifetimeMs: 86_400_001, seconds: 86_400 },
    { lifetimeMs: Infinity, seconds: 86_400 },
  ])('announces $lifetimeMs ms as $seconds s', ({ lifetimeMs, seconds }) => {
    expect(JSON.parse(writeTokenResponse('abc', lifetimeMs))).toMatchObject({
      expires_in: seconds,
    });
  });

  it('writes it as Aspose does', () => {
    expect(writeTokenResponse('abc', 86_400_000)).toBe(
      '{"access_token":"abc","expires_in":86400,"token_type":"Bearer"}',
    );
  });
});
