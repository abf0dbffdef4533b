import {
  CadApi,
  GetFilesListRequest as CadFilesList,
} from '@asposecloud/aspose-cad-cloud';
import { SlidesApi } from 'asposeslidescloud';
import {
  Configuration,
  FileApi,
  FolderApi,
  GetFilesListRequest,
} from 'groupdocs-viewer-cloud';
import { describe, expect, it, vi } from 'vitest';

import { withAsposeTokens } from '../../lib/sdk/index.js';
import { rejectionOf } from '../support/rejection.js';
import { officialSdks } from './official-sdks.js';
import { startSdkApp } from './sdk-app.js';

type Class = new (...given: never[]) => object;

/** A class of the app's own over that of an API, with private fields, an accessor, and a method that is not async. */
function privateKindOf(api: object) {
  const Api = api.constructor as Class;
  return class extends Api {
    readonly #secret = 'private';
    #label = 'none';

    get label() {
      return this.#label;
    }

    set label(label: string) {
      this.#label = label;
    }

    describe(suffix: string) {
      return `${this.#secret} ${suffix}`;
    }

    async later() {
      return this.#secret;
    }

    fail(): never {
      throw new Error(this.#secret);
    }
  };
}

describe.each(officialSdks.map((sdk) => [sdk.name, sdk] as const))(
  'An API object of %s',
  (_, sdk) => {
    async function start() {
      const { cloud, tokens } = await startSdkApp();
      const raw = sdk.make('external', 'external', cloud.url);
      return { cloud, tokens, raw, api: withAsposeTokens(raw, tokens) };
    }

    it('has its class and its fields', async () => {
      const { raw, api } = await start();

      expect(api).toBeInstanceOf(raw.constructor);
      expect(api.constructor).toBe(raw.constructor);
      expect(Object.keys(api)).toStrictEqual(Object.keys(raw));
      expect(Reflect.get(api, 'configuration')).toBe(
        Reflect.get(raw, 'configuration'),
      );
      Reflect.set(api, 'note', 'mine');
      expect(Reflect.get(raw, 'note')).toBe('mine');
    });

    it('may have its methods taken off it, each of which stays one and the same', async () => {
      const { cloud, api } = await start();
      const getFilesList = Reflect.get(api, 'getFilesList') as () => unknown;
      expect(Reflect.get(api, 'getFilesList')).toBe(getFilesList);
      expect(getFilesList).toHaveLength(getFilesList.length);

      expect(await sdk.list({ getFilesList }, 'folder')).toStrictEqual([
        'folder.xlsx',
      ]);
      expect(cloud.counters.callsWithValidToken).toBe(1);
    });

    it('survives a revocation with a spy of a test on its method', async () => {
      const { cloud, tokens, api } = await start();
      await tokens.getToken();
      cloud.revokeAll();
      const spy = vi.spyOn(
        api as { getFilesList: (...input: unknown[]) => unknown },
        'getFilesList',
      );

      expect(await sdk.list(api, 'folder')).toStrictEqual(['folder.xlsx']);

      expect(Reflect.get(api, 'getFilesList')).toHaveBeenCalled();
      spy.mockRestore();
      cloud.revokeAll();
      cloud.failNext(
        { kind: 'unauthorized' },
        { path: 'api', times: Infinity },
      );
      const before = cloud.apiCalls.length;
      await rejectionOf(sdk.list(api, 'folder'));
      expect(cloud.apiCalls.length - before).toBeLessThanOrEqual(2);
    });

    it('may be of a class with private fields', async () => {
      const { cloud, tokens, raw } = await start();
      const Kind = privateKindOf(raw);
      const own = new Kind(...(['external', 'external', cloud.url] as never[]));
      const configuration = Reflect.get(raw, '_configuration') as unknown;
      Reflect.set(
        own,
        configuration === undefined ? 'configuration' : '_configuration',
        configuration ?? Reflect.get(raw, 'configuration'),
      );
      const api = withAsposeTokens(own, tokens);

      api.label = 'mine';

      expect(api.label).toBe('mine');
      expect(await api.later()).toBe('private');
      expect(await sdk.list(api, 'folder')).toStrictEqual(['folder.xlsx']);
      expect(cloud.counters.callsWithValidToken).toBe(1);
    });

    it('is that of the tokens it was given last', async () => {
      const [one, two] = [await startSdkApp(), await start()];
      const configuration = Reflect.get(two.raw, 'configuration') as object;
      const name = 'apiBaseUrl' in configuration ? 'apiBaseUrl' : 'baseUrl';
      const url = Reflect.get(configuration, name) as unknown;
      Reflect.set(configuration, name, one.cloud.url);
      const first = withAsposeTokens(two.raw, one.tokens);
      Reflect.set(configuration, name, url);

      const second = withAsposeTokens(two.raw, two.tokens);

      expect(await sdk.list(second, 'folder')).toStrictEqual(['folder.xlsx']);
      // The other still has its own, which may not go here.
      await rejectionOf(sdk.list(first, 'folder'));
      expect(two.cloud.counters).toMatchObject({ callsWithValidToken: 1 });
      expect(two.cloud.apiCalls).toHaveLength(1);
      expect(one.cloud.counters.tokenRequests).toBe(0);
    });

    it('recovers once, if it was given its tokens twice', async () => {
      const { cloud, tokens, api } = await start();
      await tokens.getToken();
      const twice = withAsposeTokens(api, tokens);
      cloud.revokeAll();

      expect(await sdk.list(twice, 'folder')).toStrictEqual(['folder.xlsx']);
      expect(cloud.counters).toMatchObject({
        tokenRequests: 2,
        callsWithInvalidToken: 1,
      });
    });

    it('asks for no token once the app is closed, and rejects', async () => {
      const { cloud, tokens, api } = await start();
      tokens.close();

      await rejectionOf(sdk.list(api, 'folder'));

      expect(cloud.apiCalls).toStrictEqual([]);
      expect(cloud.counters.tokenRequests).toBe(0);
    });
  },
);

describe.each(
  officialSdks
    .filter(({ name }) => name !== 'Slides')
    .map((sdk) => [sdk.name, sdk] as const),
)('A method of %s that is not async', (_, sdk) => {
  it('stays so, and throws as it does', async () => {
    const { cloud, tokens } = await startSdkApp();
    const Kind = privateKindOf(sdk.make('external', 'external', cloud.url));
    const api = withAsposeTokens(
      Object.assign(
        new Kind(...(['external', 'external', cloud.url] as never[])),
        {
          configuration: { authentication: {}, baseUrl: cloud.url },
        },
      ),
      tokens,
    );

    expect(api.describe('word')).toBe('private word');
    expect(() => api.fail()).toThrow('private');
  });
});

describe('API objects that share a configuration', () => {
  const configurationFor = (apiBaseUrl: string) =>
    Object.assign(new Configuration('external', 'external'), { apiBaseUrl });

  it('each recover', async () => {
    const { cloud, tokens } = await startSdkApp();
    const configuration = configurationFor(cloud.url);
    const folders = withAsposeTokens(
      FolderApi.fromConfig(configuration),
      tokens,
    );
    const others = withAsposeTokens(
      FolderApi.fromConfig(configuration),
      tokens,
    );
    await tokens.getToken();
    cloud.revokeAll();

    const answers = await Promise.all(
      [folders, others].map(async (api) =>
        api.getFilesList(new GetFilesListRequest('folder')),
      ),
    );

    expect(answers).toHaveLength(2);
    expect(cloud.counters.tokenRequests).toBe(2);
  });

  it('each send the tokens that they were given', async () => {
    const [one, two] = [await startSdkApp(), await startSdkApp()];
    const configuration = configurationFor(one.cloud.url);
    const folders = withAsposeTokens(
      FolderApi.fromConfig(configuration),
      one.tokens,
    );
    configuration.apiBaseUrl = two.cloud.url;
    const files = withAsposeTokens(
      FileApi.fromConfig(configuration),
      two.tokens,
    );
    configuration.apiBaseUrl = one.cloud.url;

    await folders.getFilesList(new GetFilesListRequest('folder'));
    await rejectionOf(files.downloadFile({ path: 'book' } as never));

    expect(one.cloud.counters).toMatchObject({
      callsWithValidToken: 1,
      callsWithInvalidToken: 0,
    });
    expect(two.cloud.apiCalls).toStrictEqual([]);
  });
});

describe('A configuration that takes the place of another', () => {
  it('gets the tokens, too', async () => {
    const { cloud, tokens } = await startSdkApp();
    const api = new CadApi('external', 'external', cloud.url);
    const cad = withAsposeTokens(api, tokens);
    const { configuration } = new CadApi('external', 'external', cloud.url);

    Reflect.set(cad, 'configuration', configuration);
    await cad.getFilesList(new CadFilesList({ path: 'folder' }));

    expect(cloud.counters).toMatchObject({
      tokenRequests: 1,
      callsWithValidToken: 1,
    });
  });

  it('does not lead the token elsewhere', async () => {
    const { cloud, tokens } = await startSdkApp();
    const other = await startSdkApp();
    const configurationFor = (apiBaseUrl: string) =>
      Object.assign(new Configuration('external', 'external'), { apiBaseUrl });
    const api = withAsposeTokens(
      FolderApi.fromConfig(configurationFor(cloud.url)),
      tokens,
    );

    Reflect.set(api, 'configuration', configurationFor(other.cloud.url));

    expect(
      await rejectionOf(api.getFilesList(new GetFilesListRequest('folder'))),
    ).toMatchObject({ code: 'ASPOSE_AUTH_FOREIGN_ORIGIN' });
    expect(other.cloud.apiCalls).toStrictEqual([]);
  });
});

describe('What is called past the proxy', () => {
  it('has tokens, and leaves its configuration as it is', async () => {
    const { cloud, tokens } = await startSdkApp();
    const raw = new SlidesApi('external', 'external', cloud.url, cloud.url);
    const slides = withAsposeTokens(raw, tokens);
    await slides.getFilesList('folder');

    expect(raw.configuration).toMatchObject({ appSid: 'external' });
  });
});
