import { describe, expect, it } from 'vitest';

import { problemsOf } from '../../support/options-problems.js';

const AUTH = { accessToken: 'static' };

const insecure = (name: string) =>
  `${name} is an http: URL: anyone on the way can read the secret and the token. Use https:, or set allowInsecureHttp on a private network.`;

describe.each([
  ['baseUrl', 'baseUrl must be a URL such as https://api.aspose.cloud.'],
  [
    'tokenEndpoint',
    'tokenEndpoint must be a URL such as https://api.aspose.cloud/connect/token, or a path that begins with /.',
  ],
])('%s', (name, says) => {
  const problemsWith = (value: unknown, more: object = {}) =>
    problemsOf({ ...AUTH, [name]: value, ...more });

  it.each([
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
  ])('may be %s', (value) => {
    expect(problemsWith(value)).toStrictEqual([]);
  });

  it.each(['', 'api.aspose.cloud', 'connect/token', 'https://', null, 42, {}])(
    'must be a URL, unlike %j',
    (value) => {
      expect(problemsWith(value)).toStrictEqual([says]);
    },
  );

  it.each(['ftp://host', 'file:///etc/passwd'])(
    'must be a URL of HTTP, unlike %s',
    (value) => {
      expect(problemsWith(value)).toStrictEqual([
        `${name} must begin with https://, not ${new URL(value).protocol}.`,
      ]);
    },
  );

  it.each([
    'https://me@host',
    'https://me:secret@host',
    'https://:secret@host',
  ])('must not hold a user name or password, unlike %s', (value) => {
    expect(problemsWith(value)).toStrictEqual([
      `${name} must not hold a user name or password.`,
    ]);
  });

  it.each([
    'https://host/?a=1',
    'https://host/#a',
    'https://host/?',
    'https://host/#',
  ])('must not have a query or a fragment, unlike %s', (value) => {
    expect(problemsWith(value)).toStrictEqual([
      `${name} must not have a query or a fragment.`,
    ]);
  });

  it.each([' https://host', 'https://host ', 'https://host\n'])(
    'must not have white space at an edge, unlike %j',
    (value) => {
      expect(problemsWith(value)).toStrictEqual([
        expect.stringMatching(new RegExp(`^${name} .*white space`)),
      ]);
    },
  );

  it.each([
    'http://api.aspose.cloud',
    'http://aspose.internal:5000',
    'http://192.168.0.1',
    'http://localhost.example',
    'http://127.0.0.1.example',
    'http://0.0.0.0',
    'http://[::2]',
  ])('must not be insecure, unlike %s, unless that is allowed', (value) => {
    expect(problemsWith(value)).toStrictEqual([insecure(name)]);
    expect(problemsWith(value, { allowInsecureHttp: false })).toStrictEqual([
      insecure(name),
    ]);
    expect(problemsWith(value, { allowInsecureHttp: true })).toStrictEqual([]);
  });
});

describe('tokenEndpoint', () => {
  it.each(['/connect/token', '/v4.0/cells/connect/token', '/'])(
    'may be a path: %s',
    (tokenEndpoint) => {
      expect(problemsOf({ ...AUTH, tokenEndpoint })).toStrictEqual([]);
    },
  );

  it.each(['/connect/token?tenant=1', '/connect/token#top'])(
    'must not have more than a path: %s',
    (tokenEndpoint) => {
      expect(problemsOf({ ...AUTH, tokenEndpoint })).toStrictEqual([
        'tokenEndpoint must not have a query or a fragment.',
      ]);
    },
  );

  it('may be at another host than the APIs', () => {
    expect(
      problemsOf({
        ...AUTH,
        tokenEndpoint: 'https://id.aspose.cloud/connect/token',
      }),
    ).toStrictEqual([]);
  });
});

describe('allowInsecureHttp', () => {
  it.each(['true', 1, null])('must be a boolean, unlike %j', (value) => {
    const problems = problemsOf({
      ...AUTH,
      allowInsecureHttp: value,
      baseUrl: 'http://aspose.internal',
    });

    expect(problems).toStrictEqual([
      insecure('baseUrl'),
      expect.stringMatching(/^allowInsecureHttp must be a boolean, not /),
    ]);
  });
});

describe('allowedOrigins', () => {
  const problemsWith = (allowedOrigins: unknown, more: object = {}) =>
    problemsOf({ ...AUTH, allowedOrigins, ...more });

  it.each([
    [['https://api.aspose.cloud']],
    [['https://api.aspose.cloud/']],
    [['https://API.aspose.cloud:443', 'http://localhost:5000']],
    [undefined],
  ])('may be %j', (allowedOrigins) => {
    expect(problemsWith(allowedOrigins)).toStrictEqual([]);
  });

  it.each([
    [[], 'an empty one'],
    ['https://api.aspose.cloud', 'string'],
    [null, 'null'],
    [{}, 'object'],
  ])('must be a list, unlike %j', (allowedOrigins, what) => {
    expect(problemsWith(allowedOrigins)).toStrictEqual([
      `allowedOrigins must be a list of origins such as ['https://api.aspose.cloud'], not ${what}.`,
    ]);
  });

  it('names each origin that is wrong by its place', () => {
    expect(
      problemsWith([
        'https://api.aspose.cloud',
        'https://api.aspose.cloud/v4.0',
        'http://aspose.internal',
        undefined,
      ]),
    ).toStrictEqual([
      'allowedOrigins[1] must be an origin without a path: https://api.aspose.cloud',
      insecure('allowedOrigins[2]'),
      'allowedOrigins[3] must be a URL such as https://api.aspose.cloud.',
    ]);
  });

  it.each(['*', 'https://*.aspose.cloud', 'https://*', 'https://*/x'])(
    'must not have a wildcard, unlike %s',
    (origin) => {
      expect(problemsWith(['https://api.aspose.cloud', origin])).toStrictEqual([
        'allowedOrigins[1] has a wildcard, which no origin matches: name each origin.',
      ]);
    },
  );

  it('takes insecure origins where that is allowed', () => {
    expect(
      problemsWith(['https://api.aspose.cloud', 'http://aspose.internal'], {
        allowInsecureHttp: true,
      }),
    ).toStrictEqual([]);
  });

  it.each([
    [undefined, ['https://api.example'], 'https://api.aspose.cloud'],
    ['https://host/v4.0', ['https://api.aspose.cloud'], 'https://host'],
    ['https://host', ['https://host:8443', 'https://www.host'], 'https://host'],
    ['http://localhost:80', ['https://localhost'], 'http://localhost'],
  ])(
    'must have that of baseUrl %s among them, unlike %j',
    (baseUrl, allowedOrigins, origin) => {
      expect(problemsWith(allowedOrigins, { baseUrl })).toStrictEqual([
        `allowedOrigins lacks ${origin}, the origin of baseUrl: every relative call of AsposeHttpService would fail. Add it to allowedOrigins, or set baseUrl to where the APIs are.`,
      ]);
    },
  );

  it.each([
    ['https://HOST:443/v4.0/', ['https://host']],
    ['http://localhost', ['https://api.aspose.cloud', 'http://LOCALHOST:80/']],
  ])('have that of baseUrl %s in %j', (baseUrl, allowedOrigins) => {
    expect(problemsWith(allowedOrigins, { baseUrl })).toStrictEqual([]);
  });

  it('are not held against a baseUrl that is wrong itself', () => {
    expect(problemsWith(['https://host'], { baseUrl: 'host' })).toStrictEqual([
      'baseUrl must be a URL such as https://api.aspose.cloud.',
    ]);
  });
});

describe('credentialsIn', () => {
  it.each(['form', 'query', undefined])('may be %s', (credentialsIn) => {
    expect(problemsOf({ ...AUTH, credentialsIn })).toStrictEqual([]);
  });

  it.each(['header', 'Form', '', null])('may not be %j', (credentialsIn) => {
    expect(problemsOf({ ...AUTH, credentialsIn })).toStrictEqual([
      "credentialsIn must be 'form' or 'query'.",
    ]);
  });
});

describe('queryNames', () => {
  const problemsWith = (queryNames: unknown) =>
    problemsOf({ ...AUTH, credentialsIn: 'query', queryNames });

  it.each([
    {},
    { clientId: 'Client ID' },
    { clientId: 'id', clientSecret: 'key' },
    { clientId: undefined },
    undefined,
  ])('may be %j', (queryNames) => {
    expect(problemsWith(queryNames)).toStrictEqual([]);
  });

  it.each([undefined, 'form'])(
    'has no effect with credentialsIn %s, and says so',
    (credentialsIn) => {
      expect(
        problemsOf({ ...AUTH, credentialsIn, queryNames: {} }),
      ).toStrictEqual([
        "queryNames has no effect without credentialsIn: 'query'.",
      ]);
    },
  );

  it.each([
    [null, 'queryNames must be an object, not null.'],
    ['id', 'queryNames must be an object, not string.'],
    [
      { client: 'id' },
      'queryNames.client is not an option. Known are clientId, clientSecret.',
    ],
    [{ clientId: '' }, 'queryNames.clientId must be the name of a parameter.'],
    [
      { clientId: 'client_secret' },
      'queryNames has client_secret for both the client id and the secret: name each parameter.',
    ],
    [
      { clientId: 'key', clientSecret: 'key' },
      'queryNames has key for both the client id and the secret: name each parameter.',
    ],
    [
      { clientSecret: 1 },
      'queryNames.clientSecret must be the name of a parameter.',
    ],
  ])('may not be %j', (queryNames, problem) => {
    expect(problemsWith(queryNames)).toStrictEqual([problem]);
  });
});
