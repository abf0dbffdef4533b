import { describe, expect, it } from 'vitest';

import { problemsOf } from '../../support/options-problems.js';

const ID = '11111111-2222-4333-8444-555555555555';
const SECRET = 'c0ffee00c0ffee00c0ffee00c0ffee00';

describe('The way to authenticate', () => {
  it.each([
    ['clientId and clientSecret', { clientId: ID, clientSecret: SECRET }],
    ['credentials', { credentials: { clientId: ID, clientSecret: SECRET } }],
    [
      'credentials as a function',
      { credentials: () => ({ clientId: ID, clientSecret: SECRET }) },
    ],
    ['accessToken', { accessToken: 'ace8955d11cf82e9189ea349976da6f' }],
    ["auth: 'none'", { auth: 'none' }],
    [
      'an id that is no GUID',
      { clientId: 'operator', clientSecret: 'chosen by the operator' },
    ],
    ['an id and a secret that are GUIDs', { clientId: ID, clientSecret: ID }],
    [
      'the others as undefined',
      {
        clientId: ID,
        clientSecret: SECRET,
        credentials: undefined,
        accessToken: undefined,
        auth: undefined,
      },
    ],
  ])('may be %s', (_, options) => {
    expect(problemsOf(options)).toStrictEqual([]);
  });

  it.each([
    ['nothing', {}],
    ['undefined only', { clientId: undefined, clientSecret: undefined }],
  ])('may not be %s', (_, options) => {
    expect(problemsOf(options)).toStrictEqual([
      'There are no credentials: set clientId and clientSecret (or credentials, accessToken or auth). ' +
        'Are the variables they come from set? Were they read before .env was loaded? Then use forRootAsync with ConfigService.',
    ]);
  });

  it.each([
    [
      { clientId: ID, clientSecret: SECRET, accessToken: 'x' },
      'clientId, clientSecret, accessToken exclude one another: keep one way to authenticate.',
    ],
    [
      { clientId: ID, auth: 'none' },
      'clientId, auth exclude one another: keep one way to authenticate.',
    ],
    [
      { credentials: () => ({}), accessToken: 'x', auth: 'none' },
      'credentials, accessToken, auth exclude one another: keep one way to authenticate.',
    ],
  ])('may not be two at once: %o', (options, problem) => {
    expect(problemsOf(options)).toStrictEqual([problem]);
  });

  it.each([
    [
      { clientId: ID },
      ['clientSecret is missing: is the variable it is read from set?'],
    ],
    [
      { clientSecret: SECRET },
      ['clientId is missing: is the variable it is read from set?'],
    ],
    [
      { clientId: null, clientSecret: null },
      [
        'clientId is missing: is the variable it is read from set?',
        'clientSecret is missing: is the variable it is read from set?',
      ],
    ],
    [
      { clientId: '', clientSecret: SECRET },
      ['clientId is empty: is the variable it is read from set?'],
    ],
    [
      { clientId: ID, clientSecret: ' \n' },
      ['clientSecret is empty: is the variable it is read from set?'],
    ],
    [
      { clientId: 42, clientSecret: Buffer.from(SECRET) },
      [
        'clientId must be a string, not number.',
        'clientSecret must be a string, not object.',
      ],
    ],
  ])('needs both halves as text: %o', (options, problems) => {
    expect(problemsOf(options)).toStrictEqual(problems);
  });

  it.each([` ${ID}`, `${ID}\n`, `\t${ID}\r\n`, `\u00a0${ID}`])(
    'may not have white space at an edge: %j',
    (clientId) => {
      expect(problemsOf({ clientId, clientSecret: SECRET })).toStrictEqual([
        'clientId begins or ends with white space: trim it (a mounted file often ends with a newline).',
      ]);
      expect(
        problemsOf({ clientId: ID, clientSecret: clientId }),
      ).toStrictEqual([
        'clientSecret begins or ends with white space: trim it (a mounted file often ends with a newline).',
      ]);
    },
  );

  it.each([ID, ID.toUpperCase()])(
    'may not have id and secret swapped: %s as the secret',
    (id) => {
      expect(problemsOf({ clientId: SECRET, clientSecret: id })).toStrictEqual([
        'clientId and clientSecret look swapped: the secret is a GUID, which is what Aspose client ids are. Exchange the two.',
      ]);
    },
  );

  it.each([
    ['text', 'a string', `${ID}:${SECRET}`],
    ['null', 'null', null],
    ['a list', 'an array', [ID, SECRET]],
  ])('may not be credentials that are %s', (_, __, credentials) => {
    const [problem, ...others] = problemsOf({ credentials });

    expect(others).toStrictEqual([]);
    expect(problem).toMatch(
      /^credentials must be \{ clientId, clientSecret \} or a function that returns it, not /,
    );
  });

  it('names the field of credentials that is wrong', () => {
    expect(
      problemsOf({ credentials: { clientId: ID, clientSecret: `${SECRET} ` } }),
    ).toStrictEqual([
      'credentials: clientSecret begins or ends with white space: trim it (a mounted file often ends with a newline).',
    ]);
  });

  it.each(['', ' x', 'x\n', 'Bearer x', 'tökén', 'a,b', '=', 42, null])(
    'may not be an accessToken that no header can carry: %j',
    (accessToken) => {
      expect(problemsOf({ accessToken })).toStrictEqual([
        'accessToken must be a token as a header carries it: letters, digits and -._~+/ only, without white space and without "Bearer ".',
      ]);
    },
  );

  it.each(['None', 'oauth', '', null, false])('may not be auth: %j', (auth) => {
    expect(problemsOf({ auth })).toStrictEqual(["auth must be 'none'."]);
  });

  it.each([
    { clientId: ID, clientSecret: ` ${SECRET}` },
    { clientId: SECRET, clientSecret: ID },
    { clientId: ID, clientSecret: [SECRET] },
    { credentials: SECRET },
    { credentials: { clientId: ID, clientSecret: `${SECRET}\n` } },
    { credentials: [SECRET] },
    { accessToken: `Bearer ${SECRET}` },
    { auth: SECRET },
    { auth: 'none', clientId: ID, clientSecret: SECRET, accessToken: SECRET },
    { clientId: ID, clientSecret: SECRET, baseUrl: `https://u:${SECRET}@host` },
    { accessToken: 'x', baseUrl: `https://host/?secret=${SECRET}` },
    { accessToken: 'x', baseUrl: SECRET },
    { accessToken: 'x', tokenEndpoint: `https://host/#${SECRET}` },
    { accessToken: 'x', allowedOrigins: [`https://${SECRET}@host`] },
    { accessToken: 'x', allowedOrigins: SECRET },
    { accessToken: 'x', warmUp: SECRET },
    { accessToken: 'x', credentialsIn: SECRET },
    { accessToken: 'x', refresh: { safetyMs: SECRET } },
    { accessToken: 'x', axios: SECRET },
  ])('is refused without the secret in the message (%#)', (options) => {
    const problems = problemsOf(options);

    expect(problems).not.toStrictEqual([]);
    expect(problems.join('\n')).not.toContain(SECRET);
  });

  it('may not be a promise, nor have what it does not know', () => {
    const pair = { clientId: ID, clientSecret: SECRET };

    expect(problemsOf({ credentials: Promise.resolve(pair) })).toStrictEqual([
      'credentials must be { clientId, clientSecret } or a function that returns it, not a promise.',
    ]);
    expect(problemsOf({ credentials: { ...pair, scope: 'a' } })).toStrictEqual([
      'credentials.scope is not an option. Known are clientId, clientSecret.',
    ]);
  });
});
