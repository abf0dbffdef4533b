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

describe('The Configuration of BarCode', () => {
  it('has the APIs made with it send the token', async () => {
    const { cloud, tokens } = await start();
    const configuration = withAsposeTokens(
      new FakeBarcodeConfiguration(cloud.url),
      tokens,
    );

    expect(await new FakeGenerateApi(configuration).generate()).toBe('"OK"');
    expect(cloud.counters).toMatchObject({
      tokenRequests: 1,
      callsWithValidToken: 1,
    });
  });

  it('has a 401 passed on, and goes on with that token until it is told', async () => {
    const { cloud, tokens } = await start();
    const configuration = withAsposeTokens(
      new FakeBarcodeConfiguration(cloud.url),
      tokens,
    );
    const barcodes = new FakeGenerateApi(configuration);
    await tokens.getToken();
    cloud.revokeAll();

    for (let call = 0; call < 2; call += 1)
      expect(await rejectionOf(barcodes.generate())).toMatchObject({
        message: expect.stringContaining('401'),
      });
    expect(cloud.counters).toMatchObject({
      tokenRequests: 1,
      callsWithInvalidToken: 2,
    });
    const token = tokens.peekToken();
    await tokens.getToken({ unauthorized: token && { token } });

    expect(await barcodes.generate()).toBe('"OK"');
    expect(cloud.counters.tokenRequests).toBe(2);
  });
});

describe('withAsposeTokens', () => {
  it('returns the very object, but for Slides, which it wraps', async () => {
    const { cloud, tokens } = await start();
    const pdf = new FakePdfApi(cloud.url);
    const barcode = new FakeBarcodeConfiguration(cloud.url);
    const slides = new FakeSlidesApi(cloud.url);

    expect(withAsposeTokens(pdf, tokens)).toBe(pdf);
    expect(withAsposeTokens(barcode, tokens)).toBe(barcode);
    expect(withAsposeTokens(slides, tokens)).not.toBe(slides);
    expect(withAsposeTokens(slides, tokens)).toBeInstanceOf(FakeSlidesApi);
  });

  const APIS: [string, (url: string) => object][] = [
    ['PdfApi', (url) => new FakePdfApi(url)],
    ['SlidesApi', (url) => new FakeSlidesApi(url)],
    ['BarCode', (url) => new FakeBarcodeConfiguration(url)],
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
          new RegExp(`does not know ${name}: .*Pass the API object of Cells`),
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
