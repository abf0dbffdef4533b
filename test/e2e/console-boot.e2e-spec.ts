import type { CanActivate, ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from 'vitest';

import {
  AsposeConsoleModule,
  type AsposeConsoleOptions,
} from '../../lib/console/index.js';
import { AsposeTokenEndpointModule } from '../../lib/endpoint/index.js';
import {
  AsposeAuthModule,
  AsposeTokenGuard,
  type InvalidOptionsError,
} from '../../lib/index.js';
import { rejectionOf } from '../support/rejection.js';

class OperatorGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

const AUTH = AsposeAuthModule.forRoot({ accessToken: 'static' });

const serve = (options: unknown) =>
  AsposeConsoleModule.forRoot(options as AsposeConsoleOptions);

const boot = (...imports: NonNullable<ModuleMetadata['imports']>) =>
  Test.createTestingModule({ imports }).compile();

const problemsAtBoot = async (
  ...imports: NonNullable<ModuleMetadata['imports']>
): Promise<readonly string[]> => {
  const error = (await rejectionOf(boot(...imports))) as InvalidOptionsError;
  expect(error.message).toContain('AsposeConsoleModule cannot start');
  return error.problems;
};

describe('a console does not start', () => {
  it.each([
    { what: 'without a guard', options: {} },
    { what: 'with an empty list of guards', options: { guards: [] } },
    {
      what: 'with the token guard alone',
      options: { guards: [AsposeTokenGuard] },
    },
    { what: 'with public: false', options: { public: false } },
  ])('$what', async ({ options }) => {
    expect(await problemsAtBoot(AUTH, serve(options))).toStrictEqual([
      expect.stringMatching(/^Anyone could look: name a guard/),
    ]);
  });

  it.each([
    { options: { public: 'yes' }, problem: /^public must be a boolean/ },
    { options: { path: ' ', public: true }, problem: /^path is empty/ },
    { options: { public: true, pages: 3 }, problem: /^pages is not an option/ },
  ])('with $options', async ({ options, problem }) => {
    expect(await problemsAtBoot(AUTH, serve(options))).toContainEqual(
      expect.stringMatching(problem),
    );
  });

  it('without an AsposeAuthModule', async () => {
    expect(await problemsAtBoot(serve({ public: true }))).toStrictEqual([
      expect.stringMatching(/^There is no AsposeAuthModule whose tokens/),
    ]);
  });

  it('imported without forRoot()', async () => {
    expect(await problemsAtBoot(AUTH, AsposeConsoleModule)).toStrictEqual([
      expect.stringMatching(/^It is imported without options/),
    ]);
  });

  it.each(['aspose-console', '/Aspose-Console/', 'aspose-console/events'])(
    'beside a token endpoint at /%s',
    async (path) => {
      expect(
        await problemsAtBoot(
          AUTH,
          serve({ guards: [OperatorGuard] }),
          AsposeTokenEndpointModule.forRoot({
            mode: 'broker',
            guards: [OperatorGuard],
            path,
          }),
        ),
      ).toStrictEqual([
        expect.stringMatching(/^path: \/aspose-console.* is served twice/),
      ]);
    },
  );

  it('beside another at the same path', async () => {
    expect(
      await problemsAtBoot(
        AUTH,
        serve({ public: true }),
        serve({ guards: [OperatorGuard], path: '/aspose-console' }),
      ),
    ).toStrictEqual([
      expect.stringMatching(/^path: \/aspose-console is served twice/),
    ]);
  });

  it.each([
    [{ guards: OperatorGuard }, 'guards must be a list'],
    [{ decorators: () => undefined }, 'decorators must be a list'],
    [{ imports: {} }, 'imports must be a list'],
    [{ path: 7 }, 'path must be a text'],
    [undefined, 'The options must be an object, not undefined.'],
  ])('with %o, which Nest would fail on obscurely', (options, problem) => {
    expect(() => serve(options)).toThrow(problem);
  });
});

it('starts with a guard, made or to be made', async () => {
  const app = await boot(
    AUTH,
    serve({ guards: [OperatorGuard] }),
    serve({ guards: [new OperatorGuard()], path: 'another' }),
  );
  await app.close();
});
