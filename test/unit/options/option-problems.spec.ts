import { describe, expect, it } from 'vitest';

import { problemsOf } from '../../support/options-problems.js';

const AUTH = { accessToken: 'static' };

describe('The options', () => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['id:secret', 'string'],
    [[], 'an array'],
    [() => AUTH, 'function'],
  ])('must be an object, unlike %j', (options, what) => {
    expect(problemsOf(options)).toStrictEqual([
      `The options must be an object, not ${what}. Did the factory forget to return them?`,
    ]);
  });

  it.each(['clientID', 'baseURL', 'toString', '__proto__', 'constructor'])(
    'refuses a name that is none of theirs: %s',
    (name) => {
      const options = JSON.parse(`{"accessToken":"x","${name}":1}`);

      expect(problemsOf(options)).toStrictEqual([
        expect.stringMatching(
          new RegExp(`^${name} is not an option\\. Known are clientId, `),
        ),
      ]);
    },
  );

  it('may come as an instance of a class', () => {
    class Options {
      accessToken = 'static';
    }

    expect(problemsOf(new Options())).toStrictEqual([]);
  });

  it.each(['background', 'require', 'off', undefined])(
    'may have warmUp: %s',
    (warmUp) => {
      expect(problemsOf({ ...AUTH, warmUp })).toStrictEqual([]);
    },
  );

  it.each([true, false, 'on', null])('may not have warmUp: %j', (warmUp) => {
    expect(problemsOf({ ...AUTH, warmUp })).toStrictEqual([
      "warmUp must be 'background' or 'require' or 'off'.",
    ]);
  });

  it.each(['axios', 'tokenAxios'])('take %s as an object only', (name) => {
    expect(problemsOf({ ...AUTH, [name]: {} })).toStrictEqual([]);
    expect(problemsOf({ ...AUTH, [name]: undefined })).toStrictEqual([]);
    expect(problemsOf({ ...AUTH, [name]: () => {} })).toStrictEqual([
      `${name} must be an object, not function.`,
    ]);
    expect(problemsOf({ ...AUTH, [name]: null })).toStrictEqual([
      `${name} must be an object, not null.`,
    ]);
  });

  it('are refused with all their problems at once', () => {
    const problems = problemsOf({
      clientId: ' id',
      isGlobal: true,
      baseUrl: 'http://api.aspose.cloud',
      tokenEndpoint: 'connect/token',
      allowedOrigins: [],
      credentialsIn: 'header',
      queryNames: {},
      warmUp: true,
      allowInsecureHttp: 'no',
      axios: 1,
      tokenAxios: 2,
      refresh: { latest: 1 },
      timeouts: 5,
      retry: { attempts: 0, tries: 1 },
    });

    expect(problems.map((problem) => problem.split(' ')[0])).toStrictEqual([
      'isGlobal',
      'clientId',
      'clientSecret',
      'baseUrl',
      'tokenEndpoint',
      'allowedOrigins',
      'credentialsIn',
      'queryNames',
      'warmUp',
      'allowInsecureHttp',
      'axios',
      'tokenAxios',
      'timeouts',
      'retry.tries',
      'retry.attempts',
      'refresh.latest',
    ]);
  });
});
