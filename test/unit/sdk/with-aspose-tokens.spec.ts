import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  ForeignOriginError,
  type TokenSource,
} from '../../../lib/index.js';
import { withAsposeTokens } from '../../../lib/sdk/index.js';
import { startCloud } from '../../support/cloud.js';
import { nestApp } from '../../support/nest-app.js';
import { rejectionOf } from '../../support/rejection.js';
import {
  FakeBarcodeConfiguration,
  FakeGenerateApi,
  FakePdfApi,
  FakeSlidesApi,
} from '../../support/sdk-fakes.js';

const STATUS = '/v4.0/cells';

async function start() {
  const cloud = await startCloud();
  const { tokens } = await nestApp().overCloud(cloud).start();
  return { cloud, tokens };
}

describe('PdfApi', () => {
  it('makes one token request for many calls at once', async () => {
    const { cloud, tokens } = await start();
    const pdf = withAsposeTokens(new FakePdfApi(cloud.url), tokens);

    const answers = await Promise.all(
      Array.from({ length: 25 }, async () => pdf.get(STATUS)),
    );

    expect(new Set(answers)).toStrictEqual(new Set(['"OK"']));
    expect(cloud.counters).toMatchObject({
      tokenRequests: 1,
      callsWithValidToken: 25,
    });
  });

  it('survives a revocation, at the price of one token request', async () => {
    const { cloud, tokens } = await start();
    const pdf = withAsposeTokens(new FakePdfApi(cloud.url), tokens);
    await tokens.getToken();
    cloud.revokeAll();

    await Promise.all(Array.from({ length: 25 }, async () => pdf.get(STATUS)));

    expect(cloud.counters).toMatchObject({
      tokenRequests: 2,
      callsWithInvalidToken: 25,
      callsWithValidToken: 25,
    });
  });

  it('rejects where credentials are refused', async () => {
    const { cloud, tokens } = await start();
    cloud.failNext({ kind: 'refuse' });
    const pdf = withAsposeTokens(new FakePdfApi(cloud.url), tokens);

    expect(await rejectionOf(pdf.get(STATUS))).toMatchObject({
      code: AsposeAuthErrorCode.CREDENTIALS_REFUSED,
    });
    expect(cloud.apiCalls).toStrictEqual([]);
  });
});

describe('GenerateApi of BarCode', () => {
  const generateApi = (url: string) =>
    new FakeGenerateApi(new FakeBarcodeConfiguration(url));

  it('sends the token', async () => {
    const { cloud, tokens } = await start();
    const barcodes = withAsposeTokens(generateApi(cloud.url), tokens);

    expect(await barcodes.generate()).toMatchObject({ body: '"OK"' });
    expect(cloud.counters).toMatchObject({
      tokenRequests: 1,
      callsWithValidToken: 1,
    });
  });

  it('survives a revocation, at the price of one token request', async () => {
    const { cloud, tokens } = await start();
    const barcodes = withAsposeTokens(generateApi(cloud.url), tokens);
    await tokens.getToken();
    cloud.revokeAll();

    await Promise.all(
      Array.from({ length: 100 }, async () => barcodes.generate()),
    );

    expect(cloud.counters).toMatchObject({
      tokenRequests: 2,
      callsWithInvalidToken: 100,
      callsWithValidToken: 100,
    });
  });

  it('has the 401 of an API that accepts no token passed on, after one more call', async () => {
    const { cloud, tokens } = await start();
    const barcodes = withAsposeTokens(generateApi(cloud.url), tokens);
    cloud.failNext({ kind: 'unauthorized' }, { path: 'api', times: Infinity });

    for (let call = 0; call < 3; call += 1)
      expect(await rejectionOf(barcodes.generate())).toMatchObject({
        response: { statusCode: 401 },
      });

    expect(cloud.counters.tokenRequests).toBe(2);
    expect(cloud.apiCalls).toHaveLength(4);
  });
});

describe('withAsposeTokens', () => {
  it('returns what passes for the object', async () => {
    const { cloud, tokens } = await start();

    for (const api of [
      new FakePdfApi(cloud.url),
      new FakeGenerateApi(new FakeBarcodeConfiguration(cloud.url)),
      new FakeSlidesApi(cloud.url),
    ])
      expect(withAsposeTokens(api, tokens)).toBeInstanceOf(api.constructor);
  });

  const APIS: [string, (url: string) => object][] = [
    ['PdfApi', (url) => new FakePdfApi(url)],
    ['SlidesApi', (url) => new FakeSlidesApi(url)],
    [
      'BarCode',
      (url) => new FakeGenerateApi(new FakeBarcodeConfiguration(url)),
    ],
  ];

  it.each(APIS)(
    'forbids a base URL that may not receive the token: %s',
    async (_, make) => {
      const { tokens } = await start();

      expect(() =>
        withAsposeTokens(make('https://elsewhere.example'), tokens),
      ).toThrow(ForeignOriginError);
    },
  );

  it.each(APIS)(
    'forbids a base URL whose user name would take the place of the token: %s',
    async (_, make) => {
      const { cloud, tokens } = await start();
      const url = cloud.url.replace('://', '://me:own@');

      expect(() => withAsposeTokens(make(url), tokens)).toThrow(
        'A URL with a user name or password may not receive the Aspose token',
      );
    },
  );

  it.each(APIS)(
    "takes a user name in the base URL with auth: 'none': %s",
    async (_, make) => {
      const { tokens } = await nestApp()
        .with({ auth: 'none', baseUrl: 'https://words.example' })
        .start();

      expect(() =>
        withAsposeTokens(make('https://me:own@words.example'), tokens),
      ).not.toThrow();
    },
  );

  it.each(APIS)(
    'takes an API whose base URL is not set yet: %s',
    async (_, make) => {
      const { tokens } = await start();

      expect(() =>
        withAsposeTokens(make(undefined as unknown as string), tokens),
      ).not.toThrow();
    },
  );

  it('replaces the tokens of an API that has some already', async () => {
    const [one, two] = [await start(), await start()];
    const pdf = new FakePdfApi(two.cloud.url);
    pdf.configuration.baseUrl = one.cloud.url;
    withAsposeTokens(pdf, one.tokens);
    pdf.configuration.baseUrl = two.cloud.url;

    withAsposeTokens(pdf, two.tokens);

    expect(await pdf.get(STATUS)).toBe('"OK"');
    expect(one.cloud.counters.tokenRequests).toBe(0);
  });

  it.each<[string, object]>([
    [
      'GenerateApi',
      new (class GenerateApi {
        _configuration = {};
      })(),
    ],
    [
      'HtmlApi',
      new (class HtmlApi {
        configuration = 'text';
      })(),
    ],
    [
      'OcrApi',
      new (class OcrApi {
        configuration = null;
      })(),
    ],
    [
      'FakeBarcodeConfiguration',
      new FakeBarcodeConfiguration('https://api.aspose.cloud'),
    ],
    ['Object', {}],
    ['Array', []],
    ['undefined', undefined as unknown as object],
    ['object', Object.create(null) as object],
  ])('fails with what it does not know, with advice: %s', async (name, api) => {
    const { tokens } = await start();

    expect(() => withAsposeTokens(api, tokens)).toThrow(
      expect.objectContaining({
        code: AsposeAuthErrorCode.INVALID_OPTIONS,
        message: expect.stringMatching(
          new RegExp(
            `does not know ${name}: .*Pass the API object of an official SDK`,
          ),
        ),
      }),
    );
  });

  it('fails without a token source, with advice', () => {
    const missing = undefined as unknown as TokenSource;

    expect(() =>
      withAsposeTokens(new FakeSlidesApi('http://x'), missing),
    ).toThrow(
      expect.objectContaining({
        code: AsposeAuthErrorCode.INVALID_OPTIONS,
        message: expect.stringContaining('pass AsposeTokenService'),
      }),
    );
  });
});
