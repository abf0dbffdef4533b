import { Module } from '@nestjs/common';
import { describe, expect, it } from 'vitest';

import {
  AccessToken,
  AsposeAuthErrorCode,
  AsposeAuthModule,
  AsposeHttpService,
  AsposeTokenService,
  InvalidOptionsError,
  StaticTokenSource,
  TokenSource,
} from '../../lib/index.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';

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
        'It is registered more than once: call forRoot or forRootAsync in one module only.',
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
