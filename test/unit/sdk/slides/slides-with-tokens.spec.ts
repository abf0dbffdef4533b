import { Readable } from 'node:stream';

import { describe, expect, it, vi } from 'vitest';

import { AsposeAuthErrorCode } from '../../../../lib/index.js';
import { withAsposeTokens } from '../../../../lib/sdk/index.js';
import { startCloud } from '../../../support/cloud.js';
import { nestApp } from '../../../support/nest-app.js';
import { rejectionOf } from '../../../support/rejection.js';
import { FakeSlidesApi } from '../../../support/sdk-fakes.js';

const STATUS = '/v4.0/cells';

async function start() {
  const cloud = await startCloud();
  const { tokens } = await nestApp()
    .overCloud(cloud)
    .with({ retry: { attempts: 1 } })
    .start();
  const slides = withAsposeTokens(new FakeSlidesApi(cloud.url), tokens);
  return { cloud, tokens, slides };
}

async function startRevoked() {
  const started = await start();
  await started.tokens.getToken();
  started.cloud.revokeAll();
  return started;
}

describe('A SlidesApi with tokens', () => {
  it('makes one token request for many calls at once', async () => {
    const { cloud, slides } = await start();

    await Promise.all(
      Array.from({ length: 25 }, async () => slides.get(STATUS)),
    );

    expect(cloud.counters).toMatchObject({
      tokenRequests: 1,
      callsWithValidToken: 25,
    });
  });

  it('gives each call a configuration of its own, over that of the API', async () => {
    const { cloud, tokens, slides } = await start();

    const [one, two] = await Promise.all([
      slides.during(async (own) => ({ ...own, baseUrl: own.baseUrl })),
      slides.during(async (own) => ({ ...own, baseUrl: own.baseUrl })),
    ]);

    expect(one).toStrictEqual({
      baseUrl: cloud.url,
      accessToken: (await tokens.getToken()).value,
      authBaseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      appSid: expect.stringMatching(/^[0-9a-f]{32}$/),
      appKey: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(two).toStrictEqual({ ...one, appSid: two.appSid });
    expect(two.appSid).not.toBe(one.appSid);
    expect(slides.configuration).toStrictEqual({
      baseUrl: cloud.url,
      authBaseUrl: cloud.url,
      accessToken: '',
      appSid: 'external',
      appKey: 'external',
    });
  });

  it('survives a revocation, at the price of one token request', async () => {
    const { cloud, slides } = await startRevoked();

    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => slides.get(STATUS)),
    );

    expect(new Set(answers)).toStrictEqual(new Set(['"OK"']));
    expect(cloud.counters).toMatchObject({
      tokenRequests: 2,
      callsWithInvalidToken: 10,
      callsWithValidToken: 10,
    });
  });

  it('rejects with advice when its second token is unauthorized, too', async () => {
    const { cloud, slides } = await start();
    cloud.failNext({ kind: 'unauthorized' }, { path: 'api', times: Infinity });

    expect(await rejectionOf(slides.get(STATUS))).toMatchObject({
      code: AsposeAuthErrorCode.TOKEN_UNAUTHORIZED,
      message: expect.stringContaining(
        `${cloud.url} answered 401 to the access token`,
      ),
    });
  });

  it('rejects with its own error when the second attempt fails otherwise', async () => {
    const { cloud, slides } = await startRevoked();
    cloud.failNext({ kind: 'unauthorized' }, { path: 'api' });
    cloud.failNext({ kind: 'answer', status: 404 }, { path: 'api' });

    expect(await rejectionOf(slides.get(STATUS))).toMatchObject({
      message: 'status 404',
    });
  });

  it('rejects with the failure of the token request, and calls nothing', async () => {
    const { cloud, slides } = await start();
    cloud.failNext({ kind: 'refuse' });

    expect(await rejectionOf(slides.get(STATUS))).toMatchObject({
      code: AsposeAuthErrorCode.CREDENTIALS_REFUSED,
    });
    expect(cloud.apiCalls).toStrictEqual([]);
  });

  it.each<[string, unknown[]]>([
    ['a stream', [Readable.from(['a deck'])]],
    ['a stream among others', [[Buffer.from('a'), Readable.from(['a deck'])]]],
  ])('rejects at a 401 where it was given %s', async (_, files) => {
    const { cloud, tokens, slides } = await startRevoked();

    expect(await rejectionOf(slides.get(STATUS, ...files))).toMatchObject({
      code: AsposeAuthErrorCode.TOKEN_UNAUTHORIZED,
      message: expect.stringContaining('give the SDK a Buffer'),
    });
    await tokens.getToken();
    expect(cloud.counters.tokenRequests).toBe(2);
  });

  it('goes on after a 401 where it was given a Buffer', async () => {
    const { slides } = await startRevoked();

    expect(await slides.get(STATUS, Buffer.from('a deck'))).toBe('"OK"');
  });

  it('sends nothing where its base URL leads later', async () => {
    const { cloud, slides } = await start();
    slides.configuration.baseUrl = 'https://elsewhere.example';

    expect(await rejectionOf(slides.get(STATUS))).toMatchObject({
      code: AsposeAuthErrorCode.FOREIGN_ORIGIN,
      origin: 'https://elsewhere.example',
    });
    expect(cloud.counters.tokenRequests).toBe(0);
  });

  it('does not call through a proxy, in which its 401 would end', async () => {
    const { cloud, slides } = await start();
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:9');
    vi.stubEnv('NO_PROXY', 'localhost');

    const error = await rejectionOf(slides.get(STATUS));
    vi.unstubAllEnvs();

    expect(error).toMatchObject({ code: AsposeAuthErrorCode.INVALID_OPTIONS });
    expect(cloud.apiCalls).toStrictEqual([]);
  });

  it("is left alone with auth: 'none', and no broker listens", async () => {
    const cloud = await startCloud();
    cloud.route('GET', '/open', (_, response) => void response.end('open'), {
      public: true,
    });
    const { tokens } = await nestApp()
      .with({ auth: 'none', baseUrl: cloud.url })
      .start();
    const slides = withAsposeTokens(new FakeSlidesApi(cloud.url), tokens);

    expect(await slides.get('/open')).toBe('open');
    expect(await slides.during(async (own) => own.authBaseUrl)).toBe(cloud.url);
    expect(cloud.counters.callsWithoutToken).toBe(1);
  });

  it('is otherwise as it was', async () => {
    const { cloud, slides } = await start();

    expect(slides.configuration.baseUrl).toBe(cloud.url);
    expect(slides.constructor).toBe(FakeSlidesApi);
    expect(Object.keys(slides)).toStrictEqual(['configuration']);
    expect(slides.hasOwnProperty('configuration')).toBe(true);
    expect(await Promise.resolve(slides)).toBe(slides);
  });
});
