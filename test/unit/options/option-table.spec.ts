import { describe, expect, it } from 'vitest';

import { problemsOf } from '../../support/options-problems.js';

const ID = '11111111-2222-4333-8444-555555555555';
const SECRET = 'c0ffee00c0ffee00c0ffee00c0ffee00';
const PAIR = { clientId: ID, clientSecret: SECRET };

/** Options, and every problem that they have. */
type Case = [options: object, ...problems: string[]];

/** The same problems with each of some values of an option. */
const each = (
  name: string,
  values: readonly unknown[],
  ...problems: string[]
): Case[] => values.map((value) => [{ [name]: value }, ...problems]);

/** The same problems with each of some options. */
const all = (options: readonly object[], ...problems: string[]): Case[] =>
  options.map((one) => [one, ...problems]);

const insecure = (name: string) =>
  `${name} is an http: URL: anyone on the way can read the secret and the token. Use https:, or set allowInsecureHttp on a private network.`;
const edges = (name: string) =>
  `${name} begins or ends with white space: trim it.`;
const fileEdges = (name: string) =>
  `${name} begins or ends with white space: trim it (a mounted file often ends with a newline).`;
const missing = (name: string) =>
  `${name} is missing: is the variable it is read from set?`;
const empty = (name: string) =>
  `${name} is empty: is the variable it is read from set?`;
const swapped =
  'clientId and clientSecret look swapped: the secret is a GUID, which is what Aspose client ids are. Exchange the two.';
const noCredentials =
  'There are no credentials: set clientId and clientSecret (or credentials, tenants, accessToken or auth). ' +
  'Are the variables they come from set, in the environment or in .env? Nest alone reads no .env: ConfigModule of @nestjs/config does, maybe after forRoot() was called. Then use forRootAsync() with ConfigService.';
const notCredentials = (what: string) =>
  `credentials must be { clientId, clientSecret } or a function that returns it, not ${what}.`;
const exclusive = (names: string) =>
  `${names} exclude one another: keep one way to authenticate. A second one is for a client with a name of its own.`;

const WAYS_TO_AUTHENTICATE: Case[] = [
  [PAIR],
  [{ clientId: 'operator', clientSecret: 'chosen by the operator' }],
  [{ clientId: ID, clientSecret: ID }],
  [
    {
      ...PAIR,
      credentials: undefined,
      accessToken: undefined,
      auth: undefined,
    },
  ],
  ...all([{}, { clientId: undefined, clientSecret: undefined }], noCredentials),
  [
    { ...PAIR, accessToken: 'x' },
    exclusive('clientId, clientSecret, accessToken'),
  ],
  [{ clientId: ID, auth: 'none' }, exclusive('clientId, auth')],
  [
    { credentials: () => ({}), accessToken: 'x', auth: 'none' },
    exclusive('credentials, accessToken, auth'),
  ],
  [{ clientId: ID }, missing('clientSecret')],
  [{ clientSecret: SECRET }, missing('clientId')],
  [
    { clientId: null, clientSecret: null },
    missing('clientId'),
    missing('clientSecret'),
  ],
  [{ clientId: '', clientSecret: SECRET }, empty('clientId')],
  [{ clientId: ID, clientSecret: ' \n' }, empty('clientSecret')],
  [
    { clientId: 42, clientSecret: Buffer.from(SECRET) },
    'clientId must be a string, not number.',
    'clientSecret must be a string, not object.',
  ],
  ...[` ${ID}`, `${ID}\n`, `\t${ID}\r\n`, `\u00a0${ID}`].flatMap(
    (padded): Case[] => [
      [{ ...PAIR, clientId: padded }, fileEdges('clientId')],
      [{ ...PAIR, clientSecret: padded }, fileEdges('clientSecret')],
    ],
  ),
  [{ clientId: SECRET, clientSecret: ID }, swapped],
  [{ clientId: SECRET, clientSecret: ID.toUpperCase() }, swapped],

  ...each('credentials', [PAIR, () => PAIR]),
  ...each('credentials', [`${ID}:${SECRET}`], notCredentials('string')),
  ...each('credentials', [null], notCredentials('null')),
  ...each('credentials', [[ID, SECRET]], notCredentials('an array')),
  ...each('credentials', [Promise.resolve(PAIR)], notCredentials('a promise')),
  [
    { credentials: { ...PAIR, clientSecret: `${SECRET} ` } },
    `credentials: ${fileEdges('clientSecret')}`,
  ],
  [
    { credentials: { ...PAIR, scope: 'a' } },
    'credentials.scope is not an option. The options are clientId, clientSecret.',
  ],

  ...each('accessToken', ['ace8955d11cf82e9189ea349976da6f']),
  ...each(
    'accessToken',
    ['', ' x', 'x\n', 'Bearer x', 'tökén', 'a,b', '=', 42, null],
    'accessToken must be a token as a header carries it: letters, digits and -._~+/ only, without white space and without "Bearer ".',
  ),
  ...each(
    'accessToken',
    ['"x"', "'ace8955d11cf82e9189ea349976da6f'"],
    'accessToken is in quotes: remove them (docker --env-file takes them for a part of the value).',
  ),
  ...each(
    'accessToken',
    ['<token>', '${ASPOSE_TOKEN}', 'your-access-token', 'xxx'],
    'accessToken is a placeholder: put your own in its place (https://dashboard.aspose.cloud/applications). If it is meant to be read from a variable, nothing has done that.',
  ),

  ...each('auth', ['none']),
  ...each('auth', ['None', 'oauth', '', null, false], "auth must be 'none'."),
];

/** What holds for the URLs of the APIs and of the token endpoint alike. */
const urls = (name: string, mustBe: string): Case[] => [
  ...each(name, [
    'https://api.aspose.cloud',
    'https://api.aspose.cloud/',
    'https://gateway.example/aspose/v4.0',
    'HTTPS://API.ASPOSE.CLOUD:8443',
    'http://localhost',
    'http://localhost:5000/v3.0',
    'http://127.0.0.1:47900',
    'http://127.1.2.3',
    'http://[::1]:8080',
    undefined,
  ]),
  ...each(
    name,
    ['', 'api.aspose.cloud', 'connect/token', 'https://', null, 42, {}],
    mustBe,
  ),
  ...each(name, ['ftp://host'], `${name} must begin with https://, not ftp:.`),
  ...each(
    name,
    ['file:///etc/passwd'],
    `${name} must begin with https://, not file:.`,
  ),
  ...each(
    name,
    ['https://me@host', 'https://me:secret@host', 'https://:secret@host'],
    `${name} must not hold a user name or password.`,
  ),
  ...each(
    name,
    [
      'https://host/?a=1',
      'https://host/#a',
      'https://host/?',
      'https://host/#',
    ],
    `${name} must not have a query or a fragment.`,
  ),
  ...each(
    name,
    [' https://host', 'https://host ', 'https://host\n'],
    edges(name),
  ),
  ...[
    'http://api.aspose.cloud',
    'http://aspose.internal:5000',
    'http://192.168.0.1',
    'http://localhost.example',
    'http://127.0.0.1.example',
    'http://0.0.0.0',
    'http://[::2]',
  ].flatMap((url): Case[] => [
    [{ [name]: url }, insecure(name)],
    [{ [name]: url, allowInsecureHttp: false }, insecure(name)],
    [{ [name]: url, allowInsecureHttp: true }],
  ]),
];

const ownOrigin = (origin: string) =>
  `allowedOrigins lacks ${origin}, the origin of baseUrl: every relative call of AsposeHttpService would fail. Add it to allowedOrigins, or set baseUrl to where the APIs are.`;
const notOrigins = (what: string) =>
  `allowedOrigins must be a list of origins such as ['https://api.aspose.cloud'], not ${what}.`;

const ADDRESSES: Case[] = [
  ...urls('baseUrl', 'baseUrl must be a URL such as https://api.aspose.cloud.'),
  ...urls(
    'tokenEndpoint',
    'tokenEndpoint must be a URL such as https://api.aspose.cloud/connect/token, or a path that begins with /.',
  ),
  ...each('tokenEndpoint', [
    '/connect/token',
    '/v4.0/cells/connect/token',
    '/',
    'https://id.aspose.cloud/connect/token',
  ]),
  ...each(
    'tokenEndpoint',
    ['/connect/token?tenant=1', '/connect/token#top'],
    'tokenEndpoint must not have a query or a fragment.',
  ),
  ...each('tokenEndpoint', ['/connect/token\n'], edges('tokenEndpoint')),
  [
    { baseUrl: 'host', tokenEndpoint: '/connect/token?tenant=1' },
    'baseUrl must be a URL such as https://api.aspose.cloud.',
    'tokenEndpoint must not have a query or a fragment.',
  ],

  ...each('allowedOrigins', [
    ['https://api.aspose.cloud'],
    ['https://api.aspose.cloud/'],
    ['https://API.aspose.cloud:443', 'http://localhost:5000'],
    undefined,
  ]),
  ...each('allowedOrigins', [[]], notOrigins('an empty one')),
  ...each('allowedOrigins', ['https://api.aspose.cloud'], notOrigins('string')),
  ...each('allowedOrigins', [null], notOrigins('null')),
  ...each('allowedOrigins', [{}], notOrigins('object')),
  [
    {
      allowedOrigins: [
        'https://api.aspose.cloud',
        'https://api.aspose.cloud/v4.0',
        'http://aspose.internal',
        undefined,
      ],
    },
    'allowedOrigins[1] must be an origin without a path: https://api.aspose.cloud',
    insecure('allowedOrigins[2]'),
    'allowedOrigins[3] must be a URL such as https://api.aspose.cloud.',
  ],
  ...each(
    'allowedOrigins',
    ['*', 'https://*.aspose.cloud', 'https://*', 'https://*/x'].map(
      (origin) => ['https://api.aspose.cloud', origin],
    ),
    'allowedOrigins[1] has a wildcard, which no origin matches: name each origin.',
  ),
  [
    {
      allowedOrigins: ['https://api.aspose.cloud', 'http://aspose.internal'],
      allowInsecureHttp: true,
    },
  ],
  [
    { allowedOrigins: ['https://api.example'] },
    ownOrigin('https://api.aspose.cloud'),
  ],
  [
    {
      baseUrl: 'https://host/v4.0',
      allowedOrigins: ['https://api.aspose.cloud'],
    },
    ownOrigin('https://host'),
  ],
  [
    {
      baseUrl: 'https://host',
      allowedOrigins: ['https://host:8443', 'https://www.host'],
    },
    ownOrigin('https://host'),
  ],
  [
    { baseUrl: 'http://localhost:80', allowedOrigins: ['https://localhost'] },
    ownOrigin('http://localhost'),
  ],
  [{ baseUrl: 'https://HOST:443/v4.0/', allowedOrigins: ['https://host'] }],
  [
    {
      baseUrl: 'http://localhost',
      allowedOrigins: ['https://api.aspose.cloud', 'http://LOCALHOST:80/'],
    },
  ],
  [
    { baseUrl: 'host', allowedOrigins: ['https://host'] },
    'baseUrl must be a URL such as https://api.aspose.cloud.',
  ],
  [
    { baseUrl: 'http://aspose.internal', allowInsecureHttp: 'true' },
    insecure('baseUrl'),
    'allowInsecureHttp must be a boolean, not string.',
  ],
  ...each('allowInsecureHttp', [true, false, undefined]),
  ...each(
    'allowInsecureHttp',
    [1],
    'allowInsecureHttp must be a boolean, not number.',
  ),
  ...each(
    'allowInsecureHttp',
    [null],
    'allowInsecureHttp must be a boolean, not null.',
  ),
];

const sameName = (name: string) =>
  `queryNames has ${name} for both the client id and the secret: name each parameter.`;
const queryNames = (value: unknown, ...problems: string[]): Case => [
  { credentialsIn: 'query', queryNames: value },
  ...problems,
];

const TOKEN_REQUESTS: Case[] = [
  ...each('credentialsIn', ['form', 'query', undefined]),
  ...each(
    'credentialsIn',
    ['header', 'Form', '', null],
    "credentialsIn must be 'form' or 'query'.",
  ),

  queryNames({}),
  queryNames({ clientId: 'Client ID' }),
  queryNames({ clientId: 'id', clientSecret: 'key' }),
  queryNames({ clientId: undefined }),
  queryNames(undefined),
  ...all(
    [{ queryNames: {} }, { queryNames: {}, credentialsIn: 'form' }],
    "queryNames has no effect without credentialsIn: 'query'.",
  ),
  queryNames(null, 'queryNames must be an object, not null.'),
  queryNames('id', 'queryNames must be an object, not string.'),
  queryNames(
    { client: 'id' },
    'queryNames.client is not an option. The options are clientId, clientSecret.',
  ),
  queryNames(
    { clientId: '' },
    'queryNames.clientId must be the name of a parameter.',
  ),
  queryNames(
    { clientSecret: 1 },
    'queryNames.clientSecret must be the name of a parameter.',
  ),
  queryNames({ clientId: 'client_secret' }, sameName('client_secret')),
  queryNames({ clientId: 'key', clientSecret: 'key' }, sameName('key')),
];

/** What holds for each group of numbers. */
const numbers = (group: string, field: string, known: string): Case[] => [
  ...each(group, [{}, undefined, { [field]: undefined }, { [field]: 20_000 }]),
  ...each(group, [null], `${group} must be an object, not null.`),
  ...each(group, [5], `${group} must be an object, not number.`),
  ...each(group, [[]], `${group} must be an object, not an array.`),
  ...each(
    group,
    [{ safety: 1 }],
    `${group}.safety is not an option. The options are ${known}.`,
  ),
  ...each(
    group,
    [0, -1, Number.NaN, Infinity, 2 ** 31, '5000', null, true].map((value) => ({
      [field]: value,
    })),
    `${group}.${field} must be a number above 0, and at most 2147483647.`,
  ),
];

const refreshOrder = (earliest: number, latest: number) =>
  `refresh.earliest (${earliest}) must not be above refresh.latest (${latest}). Unset values have their defaults.`;
const timeoutOrder = (attemptMs: number, flightMs: number) =>
  `timeouts.attemptMs (${attemptMs}) must not be above timeouts.flightMs (${flightMs}). Unset values have their defaults.`;
const tooLate =
  'refresh.latest must be below 0.9: the last tenth of a lifetime is kept for failures.';

const NUMBERS: Case[] = [
  ...numbers('refresh', 'safetyMs', 'earliest, latest, safetyMs, patienceMs'),
  ...numbers('timeouts', 'flightMs', 'attemptMs, flightMs'),
  ...numbers('retry', 'maxDelayMs', 'attempts, baseDelayMs, maxDelayMs'),

  ...each('refresh', [{ earliest: 0.8 }, { latest: 0.7 }, { latest: 0.899 }]),
  ...each('refresh', [{ earliest: 0.6, latest: 0.5 }], refreshOrder(0.6, 0.5)),
  ...each('refresh', [{ earliest: 0.81 }], refreshOrder(0.81, 0.8)),
  ...each('refresh', [{ latest: 0.69 }], refreshOrder(0.7, 0.69)),
  ...each('refresh', [{ latest: 0.9 }], tooLate),
  ...each(
    'refresh',
    [{ safetyMs: -1, latest: 0.95 }],
    'refresh.safetyMs must be a number above 0, and at most 2147483647.',
    tooLate,
  ),
  ...each('timeouts', [{ attemptMs: 10_000 }, { flightMs: 4_000 }]),
  ...each('timeouts', [{ attemptMs: 10_001 }], timeoutOrder(10_001, 10_000)),
  ...each('timeouts', [{ flightMs: 3_999 }], timeoutOrder(4_000, 3_999)),
  ...each('retry', [{ attempts: 1 }]),
  ...each(
    'retry',
    [{ attempts: 1.5 }],
    'retry.attempts must be a whole number.',
  ),
];

const CLIENTS_AND_BOOT: Case[] = [
  ...['axios', 'tokenAxios'].flatMap((name) => [
    ...each(name, [{}, undefined]),
    ...each(name, [() => {}], `${name} must be an object, not function.`),
    ...each(name, [null], `${name} must be an object, not null.`),
  ]),
  ...each('fetch', [fetch, undefined]),
  ...each('fetch', ['undici'], 'fetch must be a function, not string.'),
  ...each('warmUp', ['background', 'require', 'off', undefined]),
  ...each(
    'warmUp',
    [true, false, 'on', null],
    "warmUp must be 'background' or 'require' or 'off'.",
  ),
  ...each('isGlobal', [undefined]),
  ...each(
    'isGlobal',
    [true, 'yes'],
    'isGlobal cannot come from a factory: pass it to forRootAsync() itself.',
  ),
];

describe.each([
  ['The ways to authenticate', WAYS_TO_AUTHENTICATE, {}],
  ['The addresses', ADDRESSES, { accessToken: 'x' }],
  ['How credentials travel', TOKEN_REQUESTS, { accessToken: 'x' }],
  ['The numbers', NUMBERS, { accessToken: 'x' }],
  ['The clients and the boot', CLIENTS_AND_BOOT, { accessToken: 'x' }],
])('%s', (_, cases, auth) => {
  const isGood = ([, ...problems]: Case) => problems.length === 0;

  it.each(cases.filter(isGood))('may be %o', (options) => {
    expect(problemsOf({ ...auth, ...options })).toStrictEqual([]);
  });

  it.each(cases.filter((one) => !isGood(one)))(
    'may not be %o: %s',
    (options, ...problems) => {
      expect(problemsOf({ ...auth, ...options })).toStrictEqual(problems);
    },
  );
});

describe('The options', () => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['id:secret', 'string'],
    [[], 'an array'],
    [() => ({ accessToken: 'x' }), 'function'],
  ])('must be an object, unlike %j', (options, what) => {
    expect(problemsOf(options)).toStrictEqual([
      `The options must be an object, not ${what}. Did the factory forget to return them?`,
    ]);
  });

  it.each([
    'clientID',
    'baseURL',
    'clientName',
    'toString',
    '__proto__',
    'constructor',
  ])('may not have an unknown name: %s', (name) => {
    const options = JSON.parse(`{"accessToken":"x","${name}":1}`);

    expect(problemsOf(options)).toStrictEqual([
      expect.stringMatching(
        new RegExp(`^${name} is not an option\\. The options are clientId, `),
      ),
    ]);
  });

  it('may come as an instance of a class', () => {
    class Options {
      accessToken = 'static';
    }

    expect(problemsOf(new Options())).toStrictEqual([]);
  });

  it.each([
    { ...PAIR, clientSecret: ` ${SECRET}` },
    { clientId: SECRET, clientSecret: ID },
    { clientId: ID, clientSecret: [SECRET] },
    { credentials: SECRET },
    { credentials: { ...PAIR, clientSecret: `${SECRET}\n` } },
    { credentials: [SECRET] },
    { accessToken: `Bearer ${SECRET}` },
    { auth: SECRET },
    { auth: 'none', ...PAIR, accessToken: SECRET },
    { ...PAIR, baseUrl: `https://u:${SECRET}@host` },
    { accessToken: 'x', baseUrl: `https://host/?secret=${SECRET}` },
    { accessToken: 'x', baseUrl: SECRET },
    { accessToken: 'x', tokenEndpoint: `https://host/#${SECRET}` },
    { accessToken: 'x', allowedOrigins: [`https://${SECRET}@host`] },
    { accessToken: 'x', allowedOrigins: SECRET },
    { accessToken: 'x', warmUp: SECRET },
    { accessToken: 'x', credentialsIn: SECRET },
    { accessToken: 'x', refresh: { safetyMs: SECRET } },
    { accessToken: 'x', axios: SECRET },
  ])('have problems without the secret in them (%#)', (options) => {
    const problems = problemsOf(options);

    expect(problems).not.toStrictEqual([]);
    expect(problems.join('\n')).not.toContain(SECRET);
  });

  it('have all their problems listed at once', () => {
    const problems = problemsOf({
      clientId: ' id',
      isGlobal: true,
      tries: 1,
      baseUrl: 'http://api.aspose.cloud',
      tokenEndpoint: 'connect/token',
      allowedOrigins: [],
      credentialsIn: 'header',
      queryNames: {},
      warmUp: true,
      allowInsecureHttp: 'no',
      axios: 1,
      fetch: 'undici',
      tokenAxios: 2,
      refresh: { latest: 1 },
      timeouts: 5,
      retry: { attempts: 0, tries: 1 },
    });

    expect(problems.map((problem) => problem.split(' ')[0])).toStrictEqual([
      'tries',
      'clientId',
      'clientSecret',
      'baseUrl',
      'tokenEndpoint',
      'credentialsIn',
      'queryNames',
      'allowedOrigins',
      'refresh.latest',
      'timeouts',
      'retry.tries',
      'retry.attempts',
      'axios',
      'fetch',
      'tokenAxios',
      'warmUp',
      'allowInsecureHttp',
      'isGlobal',
    ]);
  });
});
