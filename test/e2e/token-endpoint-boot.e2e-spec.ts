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
  it('as an open relay', async () => {
    expect(await problemsOf(serve({ mode: 'forward' }))).toStrictEqual([
      expect.stringMatching(/guards or allowedClientIds, or set public: true/),
    ]);
  });

  it('as a broker without an AsposeAuthModule', async () => {
    expect(
      await problemsOf(serve({ mode: 'broker', guards: [MembersOnly] })),
    ).toStrictEqual([expect.stringMatching(/no AsposeAuthModule/)]);
  });

  it("as a broker of an app with auth: 'none'", async () => {
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

  it('with a guard outside a list', () => {
    expect(() => serve({ mode: 'broker', guards: MembersOnly })).toThrow(
      'guards must be a list: guards: [ServiceKeyGuard].',
    );
  });

  it('with a decorator outside a list', () => {
    expect(() =>
      serve({ mode: 'broker', decorators: () => undefined }),
    ).toThrow(
      "decorators must be a list: decorators: [ApiSecurity('service-key')].",
    );
  });

  it('with options next to the factory, which Nest would drop', () => {
    const options = {
      mode: 'forward' as const,
      allowedClientIds: ['reports'],
      useFactory: () => ({ public: true }),
    };

    expect(() => AsposeTokenEndpointModule.forRootAsync(options)).toThrow(
      'allowedClientIds is not an option of forRootAsync() itself: return it from the factory.',
    );
  });

  it('with a request-scoped policy, which would forget refusals', async () => {
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
  it("as a forwarder, next to an AsposeAuthModule with auth: 'none'", async () => {
    await expect(
      boot(
        AsposeAuthModule.forRoot({ auth: 'none' }),
        serve({ mode: 'forward', public: true }),
      ),
    ).resolves.toBeDefined();
  });

  it('as a forwarder whose guards are a class and a value', async () => {
    const guards = [MembersOnly, new MembersOnly()];
    await expect(
      boot(serve({ mode: 'forward', guards })),
    ).resolves.toBeDefined();
  });

  it('as a broker, next to an AsposeAuthModule that is not global', async () => {
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
});
