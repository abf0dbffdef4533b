import type { CanActivate } from '@nestjs/common';
import { describe, expect, it } from 'vitest';

import { tokenEndpointProblems } from '../../../lib/endpoint/token-endpoint-problems.js';
import type {
  TokenEndpointPolicy,
  TokenEndpointShape,
} from '../../../lib/endpoint/index.js';
import { AsposeTokenGuard } from '../../../lib/index.js';

class MembersOnly implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

class OurTokenGuard extends AsposeTokenGuard {}

const TOKEN_GUARDS = [
  AsposeTokenGuard,
  OurTokenGuard,
  Object.create(AsposeTokenGuard.prototype) as CanActivate,
];

/** What a token endpoint finds in the app. */
interface EndpointSurroundings {
  readonly tokens: { readonly isDisabled: boolean } | undefined;
  readonly contestedPath: string | undefined;
}

function problemsOf(
  options: object,
  surroundings: Partial<EndpointSurroundings> = {},
): string[] {
  const { mode, path, guards, ...policy } = {
    guards: [MembersOnly],
    ...options,
  } as unknown as TokenEndpointShape & TokenEndpointPolicy;
  const { tokens, contestedPath } = {
    tokens: { isDisabled: false },
    ...surroundings,
  };
  return tokenEndpointProblems(
    { mode, path, guards },
    policy,
    { client: 'default', names: tokens ? ['default'] : [], tokens },
    contestedPath,
  );
}

describe('tokenEndpointProblems: a forwarder', () => {
  const OPEN_RELAY = expect.stringMatching(
    /^Anyone could .* guards or allowedClientIds, or set public: true/,
  );

  it.each([
    {},
    { guards: [] },
    { guards: TOKEN_GUARDS },
    { allowedClientIds: [] },
    { public: false },
    { public: 'true' },
  ])('is an open relay with %j', (options) => {
    expect(
      problemsOf({ mode: 'forward', guards: undefined, ...options }),
    ).toContainEqual(OPEN_RELAY);
  });

  it.each([
    { public: true },
    { allowedClientIds: ['a'] },
    { guards: [MembersOnly] },
    { guards: [new MembersOnly()] },
    { guards: [...TOKEN_GUARDS, MembersOnly] },
    { public: true, minValidityMs: undefined, path: undefined },
    {
      public: true,
      tokenEndpoint: 'http://aspose.internal/connect/token',
      allowInsecureHttp: true,
    },
  ])('may be served with %j, with or without tokens', (options) => {
    for (const tokens of [undefined, { isDisabled: true }])
      expect(
        problemsOf(
          { mode: 'forward', guards: undefined, ...options },
          { tokens },
        ),
      ).toStrictEqual([]);
  });

  it.each([
    { option: { tokenEndpoint: 'http://id.example/token' }, says: /http: URL/ },
    { option: { tokenEndpoint: '/connect/token' }, says: /must be a URL/ },
    {
      option: { tokenEndpoint: 'https://a:b@id.example/' },
      says: /must not hold a user name/,
    },
    { option: { timeoutMs: 0 }, says: /^timeoutMs must be a number/ },
    { option: { timeoutMs: 2 ** 31 }, says: /^timeoutMs must be a number/ },
    { option: { timeoutMs: NaN }, says: /^timeoutMs must be a number/ },
    { option: { timeoutMs: '4000' }, says: /^timeoutMs must be a number/ },
    { option: { allowedClientIds: [''] }, says: /^allowedClientIds must be/ },
    { option: { allowedClientIds: 'a,b' }, says: /^allowedClientIds must be/ },
    { option: { allowedClientIds: [7] }, says: /^allowedClientIds must be/ },
    { option: { allowedClientIds: ['a', ' b'] }, says: /white space at an/ },
    {
      option: { allowedClientIds: ['a', '"b"'] },
      says: /^allowedClientIds\[1\] is in quotes/,
    },
    {
      option: { allowedClientIds: ['your-client-id'] },
      says: /^allowedClientIds\[0\] is a placeholder/,
    },
    { option: { allowedClientIds: [] }, says: /, at least one,/ },
    { option: { public: 1 }, says: /^public must be a boolean, not number/ },
    {
      option: { allowInsecureHttp: 'no' },
      says: /^allowInsecureHttp must be a boolean, not string/,
    },
    {
      option: { tokenAxios: { timeout: 50 } },
      says: /^tokenAxios.timeout has no effect: use the option timeoutMs/,
    },
    { option: { path: ' ' }, says: /^path is empty/ },
  ])('is told what is wrong with $option', ({ option, says }) => {
    expect(problemsOf({ mode: 'forward', ...option })).toStrictEqual([
      expect.stringMatching(says),
    ]);
  });
});

describe('tokenEndpointProblems: a broker', () => {
  it.each([
    { who: 'no guard', guards: undefined },
    { who: 'an empty list', guards: [] },
    { who: 'token guards alone', guards: TOKEN_GUARDS },
  ])('may not be guarded by $who', ({ guards }) => {
    expect(problemsOf({ mode: 'broker', guards })).toStrictEqual([
      expect.stringMatching(/^guards is missing: a broker/),
    ]);
  });

  it('may be guarded by a token guard and one that decides', () => {
    const guards = [AsposeTokenGuard, MembersOnly];
    expect(
      problemsOf({ mode: 'broker', guards, minValidityMs: 1 }),
    ).toStrictEqual([]);
  });

  it.each([
    { tokens: undefined, says: /^There is no AsposeAuthModule/ },
    {
      tokens: { isDisabled: true },
      says: /^AsposeAuthModule has auth: 'none'/,
    },
  ])('needs tokens, not $tokens', ({ tokens, says }) => {
    expect(problemsOf({ mode: 'broker' }, { tokens })).toStrictEqual([
      expect.stringMatching(says),
    ]);
  });

  it.each([0, -1, NaN, Infinity, 2 ** 31])(
    'is told what is wrong with minValidityMs: %d',
    (minValidityMs) => {
      expect(problemsOf({ mode: 'broker', minValidityMs })).toStrictEqual([
        expect.stringMatching(/^minValidityMs must be/),
      ]);
    },
  );

  it.each(['user.name', {}, null])(
    'is told what is wrong with callerOf: %j',
    (callerOf) => {
      expect(problemsOf({ mode: 'broker', callerOf })).toStrictEqual([
        expect.stringMatching(/^callerOf must be a function/),
      ]);
    },
  );
});

describe('tokenEndpointProblems: either', () => {
  it.each([undefined, null, 'proxy', 'Forward', 'toString'])(
    'has one of two modes, not %s',
    (mode) => {
      expect(problemsOf({ mode })).toStrictEqual([
        "mode must be 'forward' or 'broker'.",
      ]);
    },
  );

  it.each([undefined, null, 'public', []])(
    'has a policy that is an object, not %j',
    (policy) => {
      expect(
        tokenEndpointProblems(
          { mode: 'forward' },
          policy as TokenEndpointPolicy,
          {
            client: 'default',
            names: ['default'],
            tokens: { isDisabled: false },
          },
          undefined,
        ),
      ).toStrictEqual([
        expect.stringMatching(
          /^The policy must be an object, not .* forget to return it\?$/,
        ),
      ]);
    },
  );

  it.each<{ mode: string; option: Record<string, unknown> }>([
    { mode: 'forward', option: { minValidityMs: 1 } },
    { mode: 'forward', option: { callerOf: () => 'a' } },
    { mode: 'forward', option: { allowedClientIDs: ['a'] } },
    { mode: 'forward', option: { toString: 1 } },
    { mode: 'forward', option: { isGlobal: true } },
    { mode: 'broker', option: { allowedClientIds: ['a'] } },
    { mode: 'broker', option: { public: true } },
    { mode: 'broker', option: { tokenEndpoint: 'https://id.example/token' } },
    { mode: 'broker', option: { timeoutMs: 1 } },
    { mode: 'broker', option: { tokenAxios: {} } },
    { mode: 'broker', option: { allowInsecureHttp: true } },
  ])('with mode $mode has no option $option', ({ mode, option }) => {
    const [name] = Object.keys(option);
    expect(problemsOf({ mode, ...option })).toStrictEqual([
      expect.stringContaining(
        `${name} is not an option with mode: '${mode}'. The options are `,
      ),
    ]);
  });

  it('has a path of its own', () => {
    expect(
      problemsOf({ mode: 'broker' }, { contestedPath: 'connect/token' }),
    ).toStrictEqual([
      expect.stringMatching(/^path: \/connect\/token is served twice/),
    ]);
  });

  it('is told of all problems at once', () => {
    expect(
      problemsOf(
        {
          mode: 'broker',
          guards: [],
          path: '',
          public: true,
          minValidityMs: -1,
        },
        { tokens: undefined },
      ),
    ).toHaveLength(5);
  });
});
