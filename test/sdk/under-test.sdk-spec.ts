import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SlidesApi } from 'asposeslidescloud';
import { describe, expect, it, onTestFinished } from 'vitest';

import {
  AsposeAuthErrorCode,
  AsposeAuthModule,
  AsposeTokenService,
} from '../../lib/index.js';
import { provideAsposeSdk, withAsposeTokens } from '../../lib/sdk/index.js';
import {
  AsposeAuthTestingModule,
  overrideAsposeAuth,
} from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { rejectionOf } from '../support/rejection.js';
import { officialSdks, serveFolders } from './official-sdks.js';

const SDK = 'an SDK';

/** Says where the API is in the way of each SDK. */
function appWith(make: (baseUrl: string) => object) {
  @Module({
    imports: [AsposeAuthModule.forRoot({ clientId: 'a', clientSecret: 'b' })],
    providers: [
      {
        ...provideAsposeSdk(Object, ({ baseUrl }) => make(baseUrl)),
        provide: SDK,
      },
    ],
  })
  class AppModule {}
  return AppModule;
}

async function compile(builder: ReturnType<typeof Test.createTestingModule>) {
  const module = await builder.compile();
  onTestFinished(async () => module.close());
  return module;
}

describe.each(officialSdks.map((sdk) => [sdk.name, sdk] as const))(
  'Under test, %s',
  (_, sdk) => {
    const App = appWith((url) => sdk.make('external', 'external', url));

    it('is made, calls nothing but this machine, and says so', async () => {
      const module = await compile(
        overrideAsposeAuth(Test.createTestingModule({ imports: [App] })),
      );

      const error = await rejectionOf(
        sdk.list(module.get<object>(SDK), 'folder'),
      );

      expect(error).toMatchObject({
        code: AsposeAuthErrorCode.NETWORK_BLOCKED,
        message: expect.stringMatching(
          /^A test tried to call https:\/\/api\.aspose\.cloud.*start an AsposeCloudEmulator/,
        ),
      });
    });

    it('calls the emulator, if the test says so', async () => {
      const cloud = await startCloud();
      serveFolders(cloud);
      const { url: baseUrl } = cloud;
      const token = cloud.issueToken();
      const module = await compile(
        overrideAsposeAuth(Test.createTestingModule({ imports: [App] }), {
          baseUrl,
          token,
        }),
      );

      expect(await sdk.list(module.get<object>(SDK), 'folder')).toStrictEqual([
        'folder.xlsx',
      ]);
      expect(cloud.counters.callsWithValidToken).toBe(1);
    });

    it('of AsposeAuthTestingModule, given its tokens by hand, is as careful', async () => {
      const module = await compile(
        Test.createTestingModule({
          imports: [AsposeAuthTestingModule.forRoot()],
        }),
      );
      const api = withAsposeTokens(
        sdk.make('external', 'external', 'https://api.aspose.cloud'),
        module.get(AsposeTokenService),
      );

      expect(await rejectionOf(sdk.list(api, 'folder'))).toMatchObject({
        code: AsposeAuthErrorCode.NETWORK_BLOCKED,
      });
    });

    it('with a stand-in for the tokens is as careful', async () => {
      const builder = overrideAsposeAuth(
        Test.createTestingModule({ imports: [App] }),
      );
      const module = await compile(
        builder
          .overrideProvider(AsposeTokenService)
          .useValue({ getToken: async () => ({ value: 'canned' }) }),
      );

      expect(
        await rejectionOf(sdk.list(module.get<object>(SDK), 'folder')),
      ).toMatchObject({ code: AsposeAuthErrorCode.NETWORK_BLOCKED });
    });
  },
);

it('An app that is not under test calls what it points at', async () => {
  const cloud = await startCloud();
  serveFolders(cloud);
  const module = await compile(
    Test.createTestingModule({
      imports: [
        AsposeAuthModule.forRoot({
          accessToken: cloud.issueToken(),
          baseUrl: cloud.url,
        }),
      ],
      providers: [
        provideAsposeSdk(
          SlidesApi,
          ({ baseUrl }) =>
            new SlidesApi('external', 'external', baseUrl, baseUrl),
        ),
      ],
    }),
  );

  const { body } = await module.get(SlidesApi).getFilesList('folder');

  expect(body.value).toMatchObject([{ name: 'folder.xlsx' }]);
});
