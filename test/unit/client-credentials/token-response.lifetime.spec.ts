import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import {
  type GrantedToken,
  jwtLifetimeSeconds,
  readTokenResponse,
} from '../../../lib/client-credentials/token-response.js';
import { unsignedJwt } from '../../support/unsigned-jwt.js';

const ENDPOINT = 'https://api.aspose.cloud/connect/token';
const ISSUED = 1_700_000_000;
const HOUR = 3_600;
const DAY = 86_400;

function read(body: string, date?: string): GrantedToken {
  const response = { status: 200, headers: { date }, body };
  return readTokenResponse(response, ENDPOINT, 0);
}

/** A grant whose `expires_in` is this JSON. */
function stating(expiresIn: string, token = 'opaque'): string {
  return `{"access_token":"${token}","expires_in":${expiresIn}}`;
}

function httpDate(seconds: number): string {
  return new Date(seconds * 1_000).toUTCString();
}

describe('readTokenResponse: a stated lifetime', () => {
  it.each([
    ['1', 1],
    ['3600', HOUR],
    ['3600.0', HOUR],
    ['3.6e3', HOUR],
    ['"3600"', HOUR],
    ['"0003600"', HOUR],
    ['"1"', 1],
    ['86399', DAY - 1],
    ['86400', DAY],
    ['86401', DAY],
    ['"86401"', DAY],
    ['10000000', DAY],
    ['9007199254740993', DAY],
    ['1e308', DAY],
  ])('of %s is taken, and is a day at the most', (json, seconds) => {
    expect(read(stating(json))).toEqual({
      value: 'opaque',
      lifetimeMs: seconds * 1_000,
      lifetimeFrom: 'expires_in',
    });
  });

  it.each([
    ['-1', 'number'],
    ['0.5', 'number'],
    ['3600.5', 'number'],
    ['1e309', 'number'],
    ['true', 'boolean'],
    ['{}', 'object'],
    ['[3600]', 'object'],
    ['""', 'string'],
    ['"-1"', 'string'],
    ['"+3600"', 'string'],
    ['"3600abc"', 'string'],
    ['"3600.0"', 'string'],
    ['" 3600"', 'string'],
    ['"1e3"', 'string'],
    ['"0x10"', 'string'],
    ['"NaN"', 'string'],
    ['"Infinity"', 'string'],
  ])('of %s is refused', (json, type) => {
    expect(() => read(stating(json))).toThrow(
      expect.objectContaining({
        code: AsposeAuthErrorCode.LIFETIME_INVALID,
        failure: 'transient',
        message: expect.stringContaining(
          `an expires_in (${type}) that is not a whole number of seconds`,
        ),
      }),
    );
  });

  it.each(['0', '-0', '0.0', '"0"', '"000"'])(
    'of %s is the last second of a token that another follows',
    (json) => {
      expect(() => read(stating(json))).toThrow(
        expect.objectContaining({
          code: AsposeAuthErrorCode.TOKEN_ENDING,
          failure: 'ending',
          status: 200,
          message: expect.stringContaining(
            'answered 200 with a token in its last second',
          ),
        }),
      );
    },
  );

  it('of 0 excuses no token that could not be sent', () => {
    expect(() => read(stating('0', 'a b'))).toThrow(
      expect.objectContaining({ failure: 'transient' }),
    );
  });

  it('outranks the claims of the token', () => {
    const token = unsignedJwt({ iat: ISSUED, exp: ISSUED + HOUR });
    expect(read(stating('60', token))).toMatchObject({
      lifetimeMs: 60_000,
      lifetimeFrom: 'expires_in',
    });
  });
});

describe('readTokenResponse: a lifetime nobody states', () => {
  const jwt = (claims: object) => unsignedJwt(claims);
  const exp = ISSUED + HOUR;

  it.each<[string, object, number | undefined, number]>([
    ['exp − iat', { exp, iat: ISSUED }, undefined, HOUR],
    ['exp − nbf, as Aspose issues it', { exp, nbf: ISSUED }, undefined, HOUR],
    ['exp − Date, if less', { exp, iat: ISSUED }, exp - 600, 600],
    ['exp − iat, if less', { exp, iat: exp - 60 }, exp - 600, 60],
    ['exp − Date alone', { exp }, exp - 600, 600],
    ['a single second', { exp, iat: exp - 1 }, undefined, 1],
    ['a day at the most', { exp, iat: exp - 2 * DAY }, undefined, DAY],
  ])('is read from a JWT: %s', (_, claims, answeredAt, seconds) => {
    const date = answeredAt === undefined ? undefined : httpDate(answeredAt);
    expect(read(jwt(claims), date)).toMatchObject({
      lifetimeMs: seconds * 1_000,
      lifetimeFrom: 'jwt',
    });
    expect(
      read(JSON.stringify({ access_token: jwt(claims) }), date).lifetimeFrom,
    ).toBe('jwt');
  });

  it.each([
    ['that expired as it was issued', { exp, iat: exp }, undefined],
    ['that expired before', { exp, iat: exp + 5 }, undefined],
    ['that a cache kept until it had expired', { exp, iat: ISSUED }, exp],
  ])('is refused of a JWT %s', (_, claims, answeredAt) => {
    const date = answeredAt === undefined ? undefined : httpDate(answeredAt);
    expect(() => read(jwt(claims), date)).toThrow(
      expect.objectContaining({
        code: AsposeAuthErrorCode.EXPIRED_ON_ARRIVAL,
        failure: 'transient',
        message: expect.stringContaining('a token that has already expired'),
      }),
    );
  });

  it.each([
    ['a token that is no JWT', 'opaque', httpDate(ISSUED)],
    ['a JWT without exp', jwt({ iat: ISSUED }), httpDate(ISSUED)],
    ['a JWT with exp alone, and no Date', jwt({ exp }), undefined],
    ['a JWT with exp alone, and a Date that is none', jwt({ exp }), 'today'],
  ])('is 300 s of %s', (_, token, date) => {
    expect(read(JSON.stringify({ access_token: token }), date)).toMatchObject({
      lifetimeMs: 300_000,
      lifetimeFrom: 'default',
    });
  });
});

describe('jwtLifetimeSeconds', () => {
  const END = ISSUED + HOUR;

  it.each<[string, Record<string, unknown>, number, number | undefined]>([
    ['exp − iat', { exp: END, iat: ISSUED }, NaN, 3_600],
    ['exp − nbf where there is no iat', { exp: END, nbf: ISSUED }, NaN, 3_600],
    [
      'exp − iat, even beside an nbf',
      { exp: END, iat: ISSUED, nbf: ISSUED - 300 },
      NaN,
      3_600,
    ],
    ['exp − Date where that is less', { exp: END, iat: ISSUED }, END - 10, 10],
    ['exp − iat where that is less', { exp: END, iat: END - 9 }, END - 10, 9],
    ['exp − Date alone', { exp: END }, END - 10, 10],
    ['a difference below zero', { exp: END }, END + 5, -5],
    ['zero', { exp: END, iat: END }, NaN, 0],
    ['whole seconds, rounded down', { exp: END + 0.9, iat: ISSUED }, NaN, 3600],
    ['exp − Date, past an iat of text', { exp: END, iat: 'x' }, END - 10, 10],
    ['nothing, without exp', { iat: ISSUED }, ISSUED, undefined],
    ['nothing, with an exp of text', { exp: '9' }, ISSUED, undefined],
    ['nothing, with exp alone', { exp: END }, NaN, undefined],
    ['nothing, without claims', {}, ISSUED, undefined],
  ])('is %s', (_, claims, answeredAt, seconds) => {
    expect(jwtLifetimeSeconds(claims, answeredAt)).toBe(seconds);
  });
});
