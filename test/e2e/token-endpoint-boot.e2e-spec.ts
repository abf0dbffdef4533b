import {
  type CanActivate,
  type DynamicModule,
  Injectable,
  Module,
  type ModuleMetadata,
  Scope,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  AsposeAuthModule,
  AsposeTokenGuard,
  type InvalidOptionsError,
} from '../../lib/index.js';
import {
  AsposeTokenEndpointModule,
  type TokenEndpointOptions,
  type TokenEndpointPolicy,
} from '../../lib/endpoint/index.js';
import { rejectionOf } from '../support/rejection.js';

@Injectable()
class MembersOnly implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

@Injectable({ scope: Scope.REQUEST })
class OfOneRequest {}

@Module({ providers: [OfOneRequest], exports: [OfOneRequest] })
class RequestModule {}

@Injectable()
class OurTokenGuard extends AsposeTokenGuard {}

const AUTH = AsposeAuthModule.forRoot({ accessToken: 'token' });

const boot = (...imports: NonNullable<ModuleMetadata['imports']>) =>
  Test.createTestingModule({ imports }).compile();

const problemsOf = async (
  ...imports: NonNullable<ModuleMetadata['imports']>
): Promise<readonly string[]> => {
  const error = (await rejectionOf(boot(...imports))) as InvalidOptionsError;
  expect(error.code).toBe(AsposeAuthErrorCode.INVALID_OPTIONS);
  expect(error.message).toContain('AsposeTokenEndpointModule cannot start');
  for (const problem of error.problems)
    expect(error.message).toContain(problem);
  return error.problems;
};

const serve = (options: unknown): DynamicModule =>
  AsposeTokenEndpointModule.forRoot(options as TokenEndpointOptions);

describe('an app with a token endpoint does not start', () => {
  it.each([
    { how: 'without anything', options: {} },
    { how: 'with no guards', options: { guards: [] } },
    { how: 'with no allowed client ids', options: { allowedClientIds: [] } },
    { how: 'with public: false', options: { public: false } },
    { how: "with public: 'true'", options: { public: 'true' } },
    {
      how: 'with our token guard alone',
      options: { guards: [AsposeTokenGuard, OurTokenGuard] },
    },
  ])('as an open relay, $how', async ({ options }) => {
    expect(
      await problemsOf(AUTH, serve({ mode: 'forward', ...options })),
    ).toContainEqual(
      expect.stringMatching(/guards or allowedClientIds, or set public: true/),
    );
  });

  it.each([
    { who: 'no guard', guards: undefined },
    { who: 'an empty list', guards: [] },
    { who: 'AsposeTokenGuard', guards: [AsposeTokenGuard] },
    { who: 'a subclass of it', guards: [OurTokenGuard] },
    {
      who: 'an instance of it',
      guards: [Object.create(AsposeTokenGuard.prototype) as CanActivate],
    },
  ])('as a broker that $who keeps', async ({ guards }) => {
    expect(
      await problemsOf(AUTH, serve({ mode: 'broker', guards })),
    ).toStrictEqual([expect.stringMatching(/^guards is missing: a broker/)]);
  });

  it('as a broker without an AsposeAuthModule', async () => {
    expect(
      await problemsOf(serve({ mode: 'broker', guards: [MembersOnly] })),
    ).toStrictEqual([expect.stringMatching(/no AsposeAuthModule/)]);
  });

  it('as a broker of tokens that there are none of', async () => {
    expect(
      await problemsOf(
        AsposeAuthModule.forRoot({ auth: 'none' }),
        serve({ mode: 'broker', guards: [MembersOnly] }),
      ),
    ).toStrictEqual([
      expect.stringMatching(
        /^AsposeAuthModule has auth: 'none', .*: give it credentials/,
      ),
    ]);
  });

  it.each([undefined, null])('without any options: %s', async (options) => {
    expect(await problemsOf(AUTH, serve(options))).toStrictEqual([
      "mode must be 'forward' or 'broker'.",
    ]);
  });

  it.each([undefined, 'proxy', 'Forward', 'toString'])(
    'in a mode that is none: %s',
    async (mode) => {
      expect(
        await problemsOf(AUTH, serve({ mode, guards: [MembersOnly] })),
      ).toStrictEqual(["mode must be 'forward' or 'broker'."]);
    },
  );

  it.each<{ mode: string; option: Record<string, unknown> }>([
    { mode: 'forward', option: { minValidityMs: 1 } },
    { mode: 'forward', option: { allowedClientIDs: ['a'] } },
    { mode: 'forward', option: { toString: 1 } },
    { mode: 'forward', option: { isGlobal: true } },
    { mode: 'broker', option: { allowedClientIds: ['a'] } },
    { mode: 'broker', option: { public: true } },
    { mode: 'broker', option: { tokenEndpoint: 'https://id.example/token' } },
    { mode: 'broker', option: { timeoutMs: 1 } },
    { mode: 'broker', option: { tokenAxios: {} } },
    { mode: 'broker', option: { allowInsecureHttp: true } },
  ])('with an option that $mode has not: $option', async ({ mode, option }) => {
    const [name] = Object.keys(option);
    expect(
      await problemsOf(AUTH, serve({ mode, guards: [MembersOnly], ...option })),
    ).toStrictEqual([
      expect.stringContaining(
        `${name} is not an option with mode: '${mode}'. Known are `,
      ),
    ]);
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
  ])('with a wrong value: $option', async ({ option, says }) => {
    expect(
      await problemsOf(
        serve({ mode: 'forward', guards: [MembersOnly], ...option }),
      ),
    ).toStrictEqual([expect.stringMatching(says)]);
  });

  it.each([0, -1, NaN, Infinity, 2 ** 31])(
    'as a broker with minValidityMs: %d',
    async (minValidityMs) => {
      const guards = [MembersOnly];
      expect(
        await problemsOf(
          AUTH,
          serve({ mode: 'broker', guards, minValidityMs }),
        ),
      ).toStrictEqual([expect.stringMatching(/^minValidityMs must be/)]);
    },
  );

  it('with several problems, all of which it tells', async () => {
    expect(
      await problemsOf(
        serve({ mode: 'broker', path: '', public: true, minValidityMs: -1 }),
      ),
    ).toHaveLength(5);
  });

  it.each(['v4.0/cells/connect/token', '/V4.0/cells/connect/token/'])(
    'with another at the same path: %s',
    async (path) => {
      expect(
        await problemsOf(
          AUTH,
          serve({ mode: 'broker', guards: [MembersOnly] }),
          serve({ mode: 'forward', public: true, path }),
        ),
      ).toStrictEqual([
        expect.stringMatching(
          /^path: \/v4.0\/cells\/connect\/token is served twice/,
        ),
      ]);
    },
  );

  it('with a guard that is in no list', () => {
    expect(() => serve({ mode: 'broker', guards: MembersOnly })).toThrow(
      'guards must be a list: guards: [ServiceKeyGuard].',
    );
  });

  it.each([null, 0, [], {}])('with a path that is no text: %j', (path) => {
    expect(() => serve({ mode: 'forward', public: true, path })).toThrow(
      'path must be text, not ',
    );
  });

  it('with options beside the factory, which Nest would drop', () => {
    const options = {
      mode: 'forward' as const,
      allowedClientIds: ['reports'],
      useFactory: () => ({ public: true }),
    };

    expect(() => AsposeTokenEndpointModule.forRootAsync(options)).toThrow(
      'allowedClientIds is not an option of forRootAsync() itself: return it from the factory.',
    );
  });

  it('with a policy of each request, which would forget who was refused', async () => {
    const module = await boot(
      RequestModule,
      AsposeTokenEndpointModule.forRootAsync({
        mode: 'forward',
        imports: [RequestModule],
        inject: [OfOneRequest],
        useFactory: () => ({ public: true }),
      }),
    );

    expect(await rejectionOf(module.init())).toMatchObject({
      code: AsposeAuthErrorCode.INVALID_OPTIONS,
      message: expect.stringMatching(
        /^AsposeTokenEndpointModule cannot start:.*request-scoped/s,
      ),
    });
  });

  it('with a factory that forgets to return the policy', async () => {
    expect(
      await problemsOf(
        AsposeTokenEndpointModule.forRootAsync({
          mode: 'forward',
          useFactory: () => undefined as unknown as TokenEndpointPolicy,
        }),
      ),
    ).toStrictEqual([
      'The policy must be an object, not undefined. Did the factory forget to return it?',
    ]);
  });

  it('with a policy from a factory that has such problems', async () => {
    const options = { mode: 'forward', public: true, guards: [MembersOnly] };
    expect(
      await problemsOf(
        AsposeTokenEndpointModule.forRootAsync({
          mode: 'broker',
          useFactory: () => options as TokenEndpointPolicy,
        }),
      ),
    ).toStrictEqual([
      expect.stringMatching(/^mode is not an option/),
      expect.stringMatching(/^public is not an option/),
      expect.stringMatching(/^guards is not an option/),
      expect.stringMatching(/^guards is missing/),
      expect.stringMatching(/no AsposeAuthModule/),
    ]);
  });
});

describe('an app with a token endpoint starts', () => {
  it('as a forwarder, beside an AsposeAuthModule without tokens', async () => {
    await expect(
      boot(
        AsposeAuthModule.forRoot({ auth: 'none' }),
        serve({ mode: 'forward', public: true }),
      ),
    ).resolves.toBeDefined();
  });

  it.each([
    { how: 'public', options: { public: true } },
    { how: 'with allowed client ids', options: { allowedClientIds: ['a'] } },
    { how: 'with a guard', options: { guards: [MembersOnly] } },
    {
      how: 'with a guard that is a value',
      options: { guards: [new MembersOnly()] },
    },
    {
      how: 'on a private network',
      options: {
        public: true,
        tokenEndpoint: 'http://aspose.internal/connect/token',
        allowInsecureHttp: true,
      },
    },
    {
      how: 'with options that are undefined',
      options: { public: true, minValidityMs: undefined, path: undefined },
    },
  ])('as a forwarder, $how', async ({ options }) => {
    await expect(
      boot(serve({ mode: 'forward', ...options })),
    ).resolves.toBeDefined();
  });

  it('as a broker, beside an AsposeAuthModule that is not global', async () => {
    const auth = AsposeAuthModule.forRoot({
      accessToken: 'token',
      isGlobal: false,
    });

    await expect(
      boot(
        auth,
        serve({ mode: 'broker', guards: [MembersOnly], imports: [auth] }),
      ),
    ).resolves.toBeDefined();
  });

  it('with both our token guard and a guard that decides', async () => {
    await expect(
      boot(
        AUTH,
        serve({ mode: 'broker', guards: [AsposeTokenGuard, MembersOnly] }),
      ),
    ).resolves.toBeDefined();
  });
});
