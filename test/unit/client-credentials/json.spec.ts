import { describe, expect, it } from 'vitest';

import {
  readJwtClaims,
  readObject,
} from '../../../lib/client-credentials/json.js';
import { unsignedJwt } from '../../support/unsigned-jwt.js';

describe('readObject', () => {
  it.each([
    ['an object', '{"a":1}'],
    ['a string that holds an object', JSON.stringify('{"a":1}')],
  ])('reads %s', (_, text) => {
    expect(readObject(text)).toEqual({ a: 1 });
  });

  it.each(['{"a":1,"b":null}', JSON.stringify('{"b":null,"a":1}')])(
    'leaves out a member that is null: %s',
    (text) => {
      expect(readObject(text)).toStrictEqual({ a: 1 });
    },
  );

  it.each([
    '',
    'abc',
    '1',
    'null',
    '[]',
    '"abc"',
    '"[]"',
    '{"a":1',
    '"\\"{}\\""',
  ])('reads nothing from %s', (text) => {
    expect(readObject(text)).toBeUndefined();
  });
});

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
    ['a payload that is a list', unsignedJwt([])],
    ['a line feed behind it', `${unsignedJwt({ exp: 1 })}\n`],
    ['the alphabet of plain base64', 'a.eyJ/+.c'],
  ])('takes %s for no JWT', (_, text) => {
    expect(readJwtClaims(text)).toBeUndefined();
  });
});
