import { describe, expect, it } from 'vitest';

import {
  type JwtClaims,
  jwtLifetimeSeconds,
  readJwtClaims,
} from '../../../lib/client-credentials/jwt-claims.js';
import { unsignedJwt } from '../../support/unsigned-jwt.js';

describe('readJwtClaims', () => {
  it('reads the claims of a JWT', () => {
    const claims = { exp: 1_700_086_400, nbf: 1_700_000_000, scope: ['é'] };
    expect(readJwtClaims(unsignedJwt(claims))).toEqual(claims);
  });

  it('reads an unsigned JWT', () => {
    const [header, payload] = unsignedJwt({ exp: 1 }).split('.');
    expect(readJwtClaims(`${header}.${payload}.`)).toEqual({ exp: 1 });
  });

  it.each([
    ['nothing', ''],
    ['two parts', 'eyJhbGciOiJub25lIn0.eyJleHAiOjF9'],
    ['four parts', 'a.eyJleHAiOjF9.c.d'],
    ['an empty payload', 'a..c'],
    ['a payload that is no JSON', 'abc.def.ghi'],
    ['a payload that is a string', unsignedJwt('exp')],
    ['a payload that is a number', unsignedJwt(7)],
    ['a payload that is null', unsignedJwt(null)],
    ['a line feed behind it', `${unsignedJwt({ exp: 1 })}\n`],
    ['the alphabet of plain base64', 'a.eyJ/+.c'],
  ])('takes %s for no JWT', (_, text) => {
    expect(readJwtClaims(text)).toBeUndefined();
  });
});

describe('jwtLifetimeSeconds', () => {
  const ISSUED = 1_700_000_000;
  const EXP = ISSUED + 3_600;

  it.each<[string, JwtClaims | undefined, number, number | undefined]>([
    ['exp − iat', { exp: EXP, iat: ISSUED }, NaN, 3_600],
    ['exp − nbf where there is no iat', { exp: EXP, nbf: ISSUED }, NaN, 3_600],
    [
      'exp − iat, even beside an nbf',
      { exp: EXP, iat: ISSUED, nbf: ISSUED - 300 },
      NaN,
      3_600,
    ],
    ['exp − Date where that is less', { exp: EXP, iat: ISSUED }, EXP - 10, 10],
    ['exp − iat where that is less', { exp: EXP, iat: EXP - 9 }, EXP - 10, 9],
    ['exp − Date alone', { exp: EXP }, EXP - 10, 10],
    ['a difference below zero', { exp: EXP }, EXP + 5, -5],
    ['zero', { exp: EXP, iat: EXP }, NaN, 0],
    ['whole seconds, rounded down', { exp: EXP + 0.9, iat: ISSUED }, NaN, 3600],
    ['exp − Date, past an iat of text', { exp: EXP, iat: 'x' }, EXP - 10, 10],
    ['nothing, without exp', { iat: ISSUED }, ISSUED, undefined],
    ['nothing, with an exp of text', { exp: '9' }, ISSUED, undefined],
    ['nothing, with exp alone', { exp: EXP }, NaN, undefined],
    ['nothing, without claims', undefined, ISSUED, undefined],
  ])('is %s', (_, claims, answeredAt, seconds) => {
    expect(jwtLifetimeSeconds(claims, answeredAt)).toBe(seconds);
  });
});
