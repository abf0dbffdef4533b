import { describe, expect, it } from 'vitest';

import { problemsOf } from '../../support/options-problems.js';

const problemsWith = (axios: unknown, auth: object = { accessToken: 'x' }) =>
  problemsOf({ ...auth, axios });

const inPlaceOfTheToken = (name: string) =>
  `${name} would replace the token on every call: remove it. The token is attached for you; a single request may bring its own.`;

describe('axios', () => {
  it.each([
    {},
    { timeout: 1_000, proxy: false },
    { headers: { 'X-Team': 'reports', 'Proxy-Authorization': 'Basic x' } },
    { headers: { common: { Accept: 'application/json' } } },
    { headers: { Authorization: undefined }, auth: undefined },
    { headers: undefined, baseURL: undefined },
  ])('may be %j', (axios) => {
    expect(problemsWith(axios)).toStrictEqual([]);
  });

  it.each([
    { Authorization: 'Basic x' },
    { authorization: 'Bearer x' },
    { AUTHORIZATION: '' },
    { Authorization: false },
    { common: { Authorization: 'Basic x' } },
    { get: { authorization: 'Basic x' } },
  ])('may not have headers that keep the token away: %j', (headers) => {
    expect(problemsWith({ headers })).toStrictEqual([
      inPlaceOfTheToken('Authorization in axios.headers'),
    ]);
  });

  it('may not have an auth that keeps the token away', () => {
    expect(
      problemsWith({ auth: { username: 'reports', password: 'canary' } }),
    ).toStrictEqual([inPlaceOfTheToken('axios.auth')]);
  });

  it.each([
    { headers: { Authorization: 'Basic x' } },
    { auth: { username: 'reports', password: 'x' } },
  ])('may have %j where no token is attached', (axios) => {
    expect(problemsWith(axios, { auth: 'none' })).toStrictEqual([]);
  });

  it.each([{ accessToken: 'x' }, { auth: 'none' }])(
    'may not have a baseURL, which another option sets: %j',
    (auth) => {
      expect(
        problemsWith({ baseURL: 'https://api.aspose.cloud' }, auth),
      ).toStrictEqual(['axios.baseURL has no effect: use the option baseUrl.']);
    },
  );
});

describe('tokenAxios', () => {
  it.each([
    undefined,
    {},
    { proxy: false, timeout: undefined, headers: { 'X-Team': 'reports' } },
  ])('may be %j', (tokenAxios) => {
    expect(problemsOf({ accessToken: 'x', tokenAxios })).toStrictEqual([]);
  });

  it('may not set what other options do', () => {
    expect(
      problemsOf({
        accessToken: 'x',
        tokenAxios: { baseURL: 'https://id.example', timeout: 50 },
      }),
    ).toStrictEqual([
      'tokenAxios.baseURL has no effect: use the option tokenEndpoint.',
      'tokenAxios.timeout has no effect: use the option timeouts.attemptMs.',
    ]);
  });
});
