import type { FactoryProvider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it, onTestFinished } from 'vitest';

import { AsposeAuthModule } from '../../../lib/index.js';
import { provideAsposeSdk } from '../../../lib/sdk/index.js';
import { optionsFor, startCloud } from '../../support/cloud.js';
import { FakePdfApi } from '../../support/sdk-fakes.js';

async function inject(provider: (url: string) => FactoryProvider<FakePdfApi>) {
  const cloud = await startCloud();
  const module = await Test.createTestingModule({
    imports: [AsposeAuthModule.forRoot(optionsFor(cloud))],
    providers: [{ provide: 'URL', useValue: cloud.url }, provider(cloud.url)],
  }).compile();
  onTestFinished(() => module.close());
  return { cloud, pdf: module.get(FakePdfApi) };
}

describe('An SDK that is provided', () => {
  it.each<[string, (url: string) => FactoryProvider<FakePdfApi>]>([
    [
      'at once',
      (url) => provideAsposeSdk(FakePdfApi, () => new FakePdfApi(url)),
    ],
    [
      'in a while',
      (url) => provideAsposeSdk(FakePdfApi, async () => new FakePdfApi(url)),
    ],
    [
      'with what it injects',
      () =>
        provideAsposeSdk(FakePdfApi, (url: string) => new FakePdfApi(url), [
          'URL',
        ]),
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
