import { SlidesApi } from 'asposeslidescloud';
import { describe, expect, it, vi } from 'vitest';

import { withAsposeTokens } from '../../lib/sdk/index.js';
import { rejectionOf } from '../support/rejection.js';
import { startSdkApp } from './sdk-app.js';

/** A `SlidesApi` with a method that shows what its calls are configured with. */
class ShownSlidesApi extends SlidesApi {
  async during<T>(look: (own: SlidesApi['configuration']) => Promise<T>) {
    return look(this.configuration);
  }
}

async function start() {
  const { cloud, tokens } = await startSdkApp();
  const slides = withAsposeTokens(
    new ShownSlidesApi('external', 'external', cloud.url),
    tokens,
  );
  return { cloud, tokens, slides };
}

/** Asks for a token as Slides does. */
async function askFor(
  url: string,
  { id, secret }: { id: string; secret: string },
) {
  return fetch(`${url}/connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: id,
      client_secret: secret,
    }),
  });
}

describe('The broker of Slides', () => {
  it('is one for all calls at once, and gone with the last', async () => {
    const { slides } = await start();

    const shared = await slides.during(async ({ authBaseUrl }) => {
      const inner = await slides.during(async (own) => own.authBaseUrl);
      expect(inner).toBe(authBaseUrl);
      expect((await fetch(inner)).status).toBe(403);
      return inner;
    });

    await expect(fetch(shared)).rejects.toThrow('fetch failed');
  });

  it('listens on this machine alone, and not longer than the call', async () => {
    const { slides } = await start();

    const url = await slides.during(async ({ authBaseUrl }) => authBaseUrl);

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('gives a stranger 403, and no token', async () => {
    const { cloud, slides } = await start();

    await slides.during(async ({ authBaseUrl, appSid, appKey }) => {
      for (const credentials of [
        { id: cloud.clientId, secret: cloud.clientSecret },
        { id: appSid, secret: 'guessed' },
        { id: 'guessed', secret: appKey },
        { id: '', secret: '' },
      ]) {
        const response = await askFor(authBaseUrl, credentials);
        expect(response.status).toBe(403);
        expect(await response.text()).toBe('');
      }
    });
    expect(cloud.counters.tokenRequests).toBe(1);
  });

  it('gives each call a credential of its own, worth nothing after the call', async () => {
    const { slides } = await start();
    const ended = await slides.during(
      async ({ appSid: id, appKey: secret }) => ({
        id,
        secret,
      }),
    );

    await slides.during(async ({ authBaseUrl, appSid, appKey }) => {
      expect(appSid).not.toBe(ended.id);
      expect((await askFor(authBaseUrl, ended)).status).toBe(403);
      const own = await askFor(authBaseUrl, { id: appSid, secret: appKey });
      expect(own.status).toBe(200);
    });
  });

  it('is not asked through a proxy: that fails with advice, unsent', async () => {
    const { cloud, slides } = await start();
    vi.stubEnv('NO_PROXY', 'localhost');
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:9');

    const error = await rejectionOf(slides.getFilesList('folder'));
    vi.unstubAllEnvs();

    expect(error).toMatchObject({
      code: 'ASPOSE_AUTH_INVALID_OPTIONS',
      message: expect.stringContaining('Add 127.0.0.1 to NO_PROXY'),
    });
    expect(cloud.apiCalls).toStrictEqual([]);
  });
});

describe('A SlidesApi with tokens', () => {
  it('is still a SlidesApi, with its own configuration and no token in it', async () => {
    const { cloud, slides } = await start();

    await slides.getFilesList('folder');

    expect(slides).toBeInstanceOf(SlidesApi);
    expect(slides.configuration).toMatchObject({
      baseUrl: cloud.url,
      appSid: 'external',
      appKey: 'external',
    });
    expect(slides.configuration.accessToken).toBeUndefined();
    expect(Reflect.apply(Reflect.get(slides, 'toString'), slides, [])).toBe(
      '[object Object]',
    );
  });

  it('rejects with what Slides rejects with, and with its own checks', async () => {
    const { cloud, slides } = await start();
    cloud.route('GET', /\/storage\/folder\/gone$/, (_, response) => {
      response.writeHead(404, { 'Content-Type': 'application/json' });
      response.end('{"error":{"message":"There is no such folder."}}');
    });

    expect(await rejectionOf(slides.getFilesList('gone'))).toMatchObject({
      code: 404,
      message: 'There is no such folder.',
    });
    expect(await rejectionOf(slides.storageExists(''))).toBeTruthy();
  });

  it('reads its settings anew with each call, but does not follow its base URL elsewhere', async () => {
    const { cloud, slides } = await start();
    slides.configuration.customHeaders = { 'X-Team': 'reports' };

    await slides.getFilesList('folder');
    slides.configuration.baseUrl = 'https://elsewhere.example';
    const error = await rejectionOf(slides.getFilesList('folder'));

    expect(cloud.apiCalls[0]?.headers['x-team']).toBe('reports');
    expect(error).toMatchObject({
      code: 'ASPOSE_AUTH_FOREIGN_ORIGIN',
      origin: 'https://elsewhere.example',
    });
  });
});
