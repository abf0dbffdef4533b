import { HttpModule, HttpService } from '@nestjs/axios';
import { Controller, Get, Module } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { describe, expect, it } from 'vitest';

import {
  AccessToken,
  ASPOSE_FETCH,
  AsposeAuthErrorCode,
  AsposeAuthModule,
  type AsposeFetch,
  AsposeHttpService,
  AsposeToken,
  AsposeTokenService,
  attachAsposeToken,
  InvalidOptionsError,
  RequireAsposeToken,
  StaticTokenSource,
  TokenSource,
} from '../../lib/index.js';
import { provideAsposeSdk } from '../../lib/sdk/index.js';
import { startSite } from '../support/loopback-site.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { rejectionOf } from '../support/rejection.js';
import { FakePdfApi } from '../support/sdk-fakes.js';

const OPTIONS = { accessToken: 'static' } as const;

@Module({ imports: [AsposeAuthModule.forRoot(OPTIONS)] })
class FirstModule {}

@Module({
  imports: [AsposeAuthModule.forRootAsync({ useFactory: () => OPTIONS })],
})
class SecondModule {}

describe('A second registration', () => {
  it.each([
    ['of two modules', [FirstModule, SecondModule]],
    [
      'of two instances in one module',
      [
        AsposeAuthModule.forRoot({ accessToken: 'one' }),
        AsposeAuthModule.forRoot({ accessToken: 'two' }),
      ],
    ],
    [
      'that is not global',
      [
        FirstModule,
        AsposeAuthModule.forRoot({ accessToken: 'two', isGlobal: false }),
      ],
    ],
  ])('%s is refused at boot', async (_, imports) => {
    const error = await rejectionOf(
      nestApp()
        .importing(...imports)
        .compile(),
    );

    expect(error).toBeInstanceOf(InvalidOptionsError);
    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.DUPLICATE_REGISTRATION,
      message: expect.stringContaining(
        'It is registered more than once: call forRoot or forRootAsync in one module only, or give each its own name.',
      ),
    });
  });

  it('that is the same one, imported again, is none', async () => {
    const registration = AsposeAuthModule.forRoot(OPTIONS);
    @Module({ imports: [registration] })
    class OtherModule {}

    const module = await nestApp()
      .importing(registration, OtherModule)
      .compile();

    expect(module.get(AsposeTokenService)).toBeDefined();
  });

  it('of a lazy-loaded module is refused, and the running client goes on', async () => {
    const module = await nestApp().importing(FirstModule).compile();
    const loader = module.get(LazyModuleLoader, { strict: false });

    const error = await rejectionOf(loader.load(() => SecondModule));

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.DUPLICATE_REGISTRATION,
    });
    expect((await module.get(AsposeTokenService).getToken()).value).toBe(
      'static',
    );
  });

  it('in another app of the same process is none', async () => {
    const tokens = await Promise.all(
      ['one', 'two'].map(async (accessToken) => {
        const app = await nestApp().with({ accessToken }).compile();
        return (await app.get(AsposeTokenService).getToken()).value;
      }),
    );

    expect(tokens).toStrictEqual(['one', 'two']);
  });
});

describe.each([
  ['TokenSource', TokenSource],
  ['AsposeTokenService', AsposeTokenService],
])('Whoever overrides %s', (_, token) => {
  it('overrides what the HTTP service uses', async () => {
    const module = await nestApp()
      .with({ auth: 'none' })
      .overriding(token, new StaticTokenSource(new AccessToken('mine')))
      .compile();
    const sent: unknown[] = [];
    const { axiosRef } = module.get(AsposeHttpService);
    axiosRef.defaults.adapter = (request) => {
      sent.push(request.headers.get('Authorization'));
      return Promise.reject(new Error('not sent'));
    };

    await rejectionOf(axiosRef.get('/v4.0/cells'));

    expect(sent).toStrictEqual(['Bearer mine']);
  });
});

@Controller()
class GuardedController {
  @Get()
  @RequireAsposeToken()
  token(@AsposeToken() token: AccessToken): string {
    return token.value;
  }
}

describe('A stand-in for AsposeTokenService that has getToken() alone', () => {
  it('reaches whatever asks for a token', async () => {
    const site = await startSite();
    const sent = (path: string) =>
      site.requests
        .filter(({ url }) => url === path)
        .map(({ headers }) => headers.authorization);
    const { app, url } = await nestApp()
      .with({ accessToken: 'real', baseUrl: site.url })
      .declaring({
        imports: [HttpModule.register({})],
        controllers: [GuardedController],
        providers: [
          provideAsposeSdk(FakePdfApi, () => new FakePdfApi(site.url)),
        ],
      })
      .overriding(AsposeTokenService, {
        getToken: async () => new AccessToken('mine'),
      })
      .on(platforms[0])
      .start();
    const own = app.get(HttpService);
    attachAsposeToken(own, app.get(TokenSource));

    await app.get(AsposeHttpService).axiosRef.get('/http');
    await app.get<AsposeFetch>(ASPOSE_FETCH)(`${site.url}/fetch`);
    await app.get(FakePdfApi).get('/sdk');
    await own.axiosRef.get(`${site.url}/attached`);

    for (const path of ['/http', '/fetch', '/sdk', '/attached'])
      expect(sent(path)).toStrictEqual(['Bearer mine']);
    expect(await (await fetch(url)).text()).toBe('mine');
  });
});
