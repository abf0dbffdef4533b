import type { FactoryProvider } from '@nestjs/common';
import { describe, expect, it } from 'vitest';

import { AsposeAuthModule } from '../../../lib/index.js';
import { provideAsposeSdk } from '../../../lib/sdk/index.js';
import { startCloud } from '../../support/cloud.js';
import { nestApp } from '../../support/nest-app.js';
import { FakePdfApi } from '../../support/sdk-fakes.js';

async function inject(provider: (url: string) => FactoryProvider<FakePdfApi>) {
  const cloud = await startCloud();
  const module = await nestApp()
    .overCloud(cloud)
    .declaring({
      providers: [{ provide: 'URL', useValue: cloud.url }, provider(cloud.url)],
    })
    .compile();
  return { cloud, pdf: module.get(FakePdfApi) };
}

describe('An SDK that is provided', () => {
  it.each<[string, (url: string) => FactoryProvider<FakePdfApi>]>([
    [
      'at once',
      (url) => provideAsposeSdk(FakePdfApi, () => new FakePdfApi(url)),
    ],
    [
      "with the app's base URL",
      () =>
        provideAsposeSdk(FakePdfApi, ({ baseUrl }) => new FakePdfApi(baseUrl)),
    ],
    [
      'in a while',
      (url) => provideAsposeSdk(FakePdfApi, async () => new FakePdfApi(url)),
    ],
    [
      'with what it injects',
      () =>
        provideAsposeSdk(FakePdfApi, (_, url: string) => new FakePdfApi(url), {
          inject: ['URL'],
        }),
    ],
  ])(
    'is injected by its class, with the tokens of the app: %s',
    async (_, provider) => {
      const { cloud, pdf } = await inject(provider);

      expect(await pdf.get('/v4.0/cells')).toBe('"OK"');
      expect(cloud.counters).toMatchObject({
        tokenRequests: 1,
        callsWithValidToken: 1,
      });
    },
  );
});

it('gets a base URL without a slash at its end: SDKs put one after it', async () => {
  const urls: string[] = [];
  await nestApp()
    .with({ accessToken: 'static', baseUrl: 'https://api.aspose.cloud/' })
    .declaring({
      providers: [
        provideAsposeSdk(FakePdfApi, ({ baseUrl }) => {
          urls.push(baseUrl);
          return new FakePdfApi(baseUrl);
        }),
      ],
    })
    .compile();

  expect(urls).toEqual(['https://api.aspose.cloud']);
});

describe('An SDK of a named client', () => {
  it('has the tokens and the base URL of that client', async () => {
    const [cloud, other] = [await startCloud(), await startCloud()];
    const { clientId, clientSecret, url } = other;
    const module = await nestApp()
      .overCloud(cloud)
      .importing(
        AsposeAuthModule.forRoot({
          name: 'reports',
          clientId,
          clientSecret,
          baseUrl: url,
          warmUp: 'off',
        }),
      )
      .declaring({
        providers: [
          provideAsposeSdk(
            FakePdfApi,
            ({ baseUrl }) => new FakePdfApi(baseUrl),
            { client: 'reports' },
          ),
        ],
      })
      .compile();

    await module.get(FakePdfApi).get('/v4.0/cells');

    expect(other.counters).toMatchObject({
      tokenRequests: 1,
      callsWithValidToken: 1,
    });
    expect(cloud.counters.tokenRequests).toBe(0);
  });
});
