import type { CanActivate, ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from 'vitest';

import { AsposeConsoleModule } from '../../lib/console/index.js';
import { AsposeTokenEndpointModule } from '../../lib/endpoint/index.js';
import {
  AsposeGatewayModule,
  type GatewayOptions,
} from '../../lib/gateway/index.js';
import {
  AsposeAuthModule,
  AsposeTokenGuard,
  type InvalidOptionsError,
} from '../../lib/index.js';
import { rejectionOf } from '../support/rejection.js';

class SessionGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

const AUTH = AsposeAuthModule.forRoot({ accessToken: 'static' });

const RIGHT = {
  path: 'aspose',
  allow: ['PUT /v4.0/cells/convert/*'],
  guards: [SessionGuard],
};

const open = (options: unknown) =>
  AsposeGatewayModule.forRoot(options as GatewayOptions);

const boot = (...imports: NonNullable<ModuleMetadata['imports']>) =>
  Test.createTestingModule({ imports }).compile();

const problemsAtBoot = async (
  ...imports: NonNullable<ModuleMetadata['imports']>
): Promise<readonly string[]> => {
  const error = (await rejectionOf(boot(...imports))) as InvalidOptionsError;
  expect(error.message).toContain('AsposeGatewayModule cannot start');
  return error.problems;
};

const saying = (...beginnings: string[]) =>
  beginnings.map((beginning) => expect.stringContaining(beginning) as string);

describe('a gateway does not open', () => {
  it.each([
    [{ guards: undefined }, 'Anyone could call Aspose at your expense'],
    [{ guards: [] }, 'Anyone could call Aspose at your expense'],
    [
      { guards: [AsposeTokenGuard] },
      'Anyone could call Aspose at your expense',
    ],
    [
      { guards: undefined, public: false },
      'Anyone could call Aspose at your expense',
    ],
    [{ allow: undefined }, 'allow must be a list of the calls'],
    [{ allow: [] }, 'allow must be a list of the calls'],
    [{ allow: 'GET /v4.0/**' }, 'allow must be a list of the calls'],
    [{ allow: [/x/] }, 'allow[0] must be a text such as'],
    [
      { allow: ['/v4.0/cells'] },
      'allow[0] must be a method, a space and a path',
    ],
    [{ allow: ['GET'] }, 'allow[0] must be a method, a space and a path'],
    [{ allow: ['GET  /x'] }, 'allow[0] must be a method, a space and a path'],
    [{ allow: ['GET /x y'] }, 'allow[0] must be a method, a space and a path'],
    [{ allow: ['GET x'] }, 'allow[0] must be a method, a space and a path'],
    [
      { allow: ['GET https://api.aspose.cloud/x'] },
      'allow[0] must be a method, a space and a path',
    ],
    [{ allow: ['GET /x', 'get /x'] }, 'allow[1] has the method "get"'],
    [{ allow: ['* /x'] }, 'allow[0] has the method "*"'],
    [{ allow: ['CONNECT /x'] }, 'allow[0] has the method "CONNECT"'],
    [{ allow: ['TRACE /x'] }, 'allow[0] has the method "TRACE"'],
    [
      { allow: ['GET /**/x'] },
      'allow[0] may have * in place of a whole segment',
    ],
    [{ allow: ['GET /x*'] }, 'allow[0] may have * in place of a whole segment'],
    [
      { allow: ['GET /***'] },
      'allow[0] may have * in place of a whole segment',
    ],
    [{ allow: ['GET /'] }, 'allow[0] is a path that the gateway refuses'],
    [{ allow: ['GET //x'] }, 'allow[0] is a path that the gateway refuses'],
    [{ allow: ['GET /x/../y'] }, 'allow[0] is a path that the gateway refuses'],
    [
      { allow: ['GET /x/%2e./y'] },
      'allow[0] is a path that the gateway refuses',
    ],
    [{ allow: ['GET /x;y'] }, 'allow[0] is a path that the gateway refuses'],
    [{ allow: ['GET /x?a=b'] }, 'allow[0] is a path that the gateway refuses'],
    [{ allow: ['GET /x#a'] }, 'allow[0] is a path that the gateway refuses'],
    [{ allow: ['GET /ü'] }, 'allow[0] is a path that the gateway refuses'],
    [
      { allow: ['POST /connect/token'] },
      'allow[0] would let callers ask for tokens',
    ],
    [
      { allow: ['POST /connect/*'] },
      'allow[0] would let callers ask for tokens',
    ],
    [
      { allow: ['POST /v4.0/cells/Connect%2FToken'] },
      'allow[0] would let callers ask for tokens',
    ],
    [{ headers: 'x-a' }, 'headers must be a list of names'],
    [{ headers: ['a b'] }, 'headers[0] is not the name of a header'],
    [{ headers: ['x-a', ':path'] }, 'headers[1] is not the name of a header'],
    ...[
      'authorization',
      'Cookie',
      'connection',
      'content-length',
      'Expect',
      'forwarded',
      'Host',
      'origin',
      'proxy-anything',
      'referer',
      'sec-fetch-site',
      'te',
      'trailer',
      'Transfer-Encoding',
      'upgrade',
      'via',
      'x-forwarded-for',
      'X-HTTP-Method-Override',
      'x-original-url',
      'x-real-ip',
      'x-rewrite-url',
    ].map((name): [object, string] => [
      { headers: [name] },
      `headers[0]: ${name} is never passed on to Aspose`,
    ]),
    [{ trustedOrigins: 'https://a.example' }, 'trustedOrigins must be a list'],
    [{ trustedOrigins: ['a.example'] }, 'trustedOrigins[0] must be'],
    [{ trustedOrigins: ['null'] }, 'trustedOrigins[0] must be'],
    [{ trustedOrigins: ['*'] }, 'trustedOrigins[0] has a wildcard'],
    [
      { trustedOrigins: ['https://*.a.example'] },
      'trustedOrigins[0] has a wildcard',
    ],
    [
      { trustedOrigins: ['https://a.example/x'] },
      'trustedOrigins[0] must be an origin without a path',
    ],
    [
      { trustedOrigins: ['chrome-extension://a'] },
      'trustedOrigins[0] must begin with https://',
    ],
    [{ maxBodyBytes: 0 }, 'maxBodyBytes must be a whole number above 0'],
    [{ maxBodyBytes: '1mb' }, 'maxBodyBytes must be a whole number above 0'],
    [{ maxConcurrent: 1.5 }, 'maxConcurrent must be a whole number above 0'],
    [
      { maxConcurrent: Infinity },
      'maxConcurrent must be a whole number above 0',
    ],
    [{ idleTimeoutMs: -1 }, 'idleTimeoutMs must be'],
    [{ idleTimeoutMs: 'soon' }, 'idleTimeoutMs must be'],
    [{ tenant: 'acme' }, 'tenant must be a function'],
    [{ csrf: 'no' }, 'csrf must be a boolean'],
    [{ public: 'yes' }, 'public must be a boolean'],
    [{ agent: {} }, 'agent must be an agent of node:http or node:https'],
    [{ target: 'https://evil.example' }, 'target is not an option'],
    [{ client: 'reports' }, 'reports'],
  ])('with %o', async (options, problem) => {
    expect(
      await problemsAtBoot(AUTH, open({ ...RIGHT, ...options })),
    ).toContainEqual(expect.stringContaining(problem));
  });

  it('with several of these, and names them all', async () => {
    expect(
      await problemsAtBoot(
        AUTH,
        open({ path: 'aspose', allow: ['x'], csrf: 1, headers: ['cookie'] }),
      ),
    ).toEqual(
      saying(
        'allow[0] must be',
        'headers[0]: cookie',
        'csrf must be',
        'Anyone',
      ),
    );
  });

  it.each([
    [undefined, 'path must be a text'],
    [{ ...RIGHT, path: undefined }, 'path must be a text'],
    [{ ...RIGHT, path: '' }, 'path must be a text'],
    [{ ...RIGHT, path: '/' }, 'path must be a text'],
    [{ ...RIGHT, path: 'a b' }, 'path must be a text'],
    [{ ...RIGHT, path: 'a/../b' }, 'path must be a text'],
    [{ ...RIGHT, path: '.' }, 'path must be a text'],
    [{ ...RIGHT, path: ':customer' }, 'path must be a text'],
    [{ ...RIGHT, path: '*' }, 'path must be a text'],
    [{ ...RIGHT, client: 7 }, 'client must be the name of a client'],
    [{ ...RIGHT, guards: SessionGuard }, 'guards must be a list'],
    [{ ...RIGHT, decorators: () => {} }, 'decorators must be a list'],
    [{ ...RIGHT, imports: {} }, 'imports must be a list'],
  ])('with %o, which Nest would fail on obscurely', (options, problem) => {
    expect(() => open(options)).toThrow(problem);
  });

  it('without an AsposeAuthModule', async () => {
    expect(await problemsAtBoot(open(RIGHT))).toEqual(
      saying('There is no AsposeAuthModule whose tokens could be attached'),
    );
  });

  it('imported without forRoot()', async () => {
    expect(await problemsAtBoot(AUTH, AsposeGatewayModule)).toEqual(
      saying('It is imported without options'),
    );
  });

  it('with a factory that returns nothing', async () => {
    const { allow: _, ...shape } = RIGHT;
    const forgetful = AsposeGatewayModule.forRootAsync({
      ...shape,
      useFactory: () => undefined as never,
    });

    expect(await problemsAtBoot(AUTH, forgetful)).toEqual(
      saying('The policy must be an object, not undefined.'),
    );
  });

  it.each(['path', 'client', 'guards', 'decorators'])(
    'with %s from a factory, which comes too late',
    async (name) => {
      const { allow, ...shape } = RIGHT;
      const late = AsposeGatewayModule.forRootAsync({
        ...shape,
        useFactory: () => ({ allow, [name]: 'x' }),
      });

      expect(await problemsAtBoot(AUTH, late)).toContainEqual(
        expect.stringContaining(name),
      );
    },
  );

  it.each(['aspose', '/Aspose/', 'aspose/inner'])(
    'beside another at /%s',
    async (path) => {
      expect(
        await problemsAtBoot(AUTH, open(RIGHT), open({ ...RIGHT, path })),
      ).toEqual(
        saying('which is at or below it. Give one of the two another path'),
      );
    },
  );

  it.each(['aspose', 'aspose/v4.0/cells/connect/token'])(
    'with a token endpoint of the app at /%s',
    async (path) => {
      const endpoint = AsposeTokenEndpointModule.forRoot({
        mode: 'broker',
        guards: [SessionGuard],
        path,
      });

      expect(await problemsAtBoot(AUTH, open(RIGHT), endpoint)).toEqual(
        saying(`serves /${path}, which is at or below it`),
      );
    },
  );

  it('with a console below it', async () => {
    const console = AsposeConsoleModule.forRoot({
      guards: [SessionGuard],
      path: 'aspose/console',
    });

    expect(await problemsAtBoot(AUTH, open(RIGHT), console)).toEqual(
      saying('serves /aspose/console, which is at or below it'),
    );
  });

  it('with a tenant function, and a client of one pair of credentials', async () => {
    const auth = AsposeAuthModule.forRoot({ clientId: 'a', clientSecret: 'b' });

    expect(
      await problemsAtBoot(auth, open({ ...RIGHT, tenant: () => 'acme' })),
    ).toEqual(saying('tenant has no effect'));
  });

  it('with the token endpoint of its client allowed, wherever that is', async () => {
    const auth = AsposeAuthModule.forRoot({
      clientId: 'a',
      clientSecret: 'b',
      baseUrl: 'https://cells.example/api',
      tokenEndpoint: 'https://cells.example/api/oauth2/token',
    });

    expect(
      await problemsAtBoot(auth, open({ ...RIGHT, allow: ['POST /OAuth2/*'] })),
    ).toEqual(saying('allow[0] would let callers ask for tokens'));
  });
});

it.each([
  [RIGHT],
  [{ ...RIGHT, guards: [new SessionGuard()] }],
  [{ ...RIGHT, guards: [], public: true }],
  [{ ...RIGHT, path: '/a/b.c/' }],
  [{ ...RIGHT, allow: ['GET /**', 'HEAD /*/*', 'OPTIONS /a%20b'] }],
  [{ ...RIGHT, trustedOrigins: ['http://front.example:8080'] }],
])('opens with %o', async (options) => {
  const app = await boot(AUTH, open(options));
  await app.close();
});
