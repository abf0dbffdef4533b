import {
  GetFilesListRequest as TasksFilesList,
  TasksApi,
} from '@asposecloud/aspose-tasks-cloud';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { SlidesApi } from 'asposeslidescloud';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { AsposeHttpService, AsposeTokenService } from '../../lib/index.js';
import { AsposeTokenEndpointModule } from '../../lib/endpoint/index.js';
import { startCloud } from '../support/cloud.js';
import { platforms } from '../support/platforms.js';
import { nestApp } from '../support/nest-app.js';
import { type FolderLister, serveFolders } from './official-sdks.js';

const SERVICE_ID = 'slides-and-tasks';
const SERVICE_KEY = 'key-of-the-service';

/** Knows callers by what the SDKs have for a client id and secret, and keeps what they sent. */
class ServiceGuard implements CanActivate {
  readonly seen: Record<string, unknown>[] = [];

  canActivate(context: ExecutionContext): boolean {
    const { body, headers } = context.switchToHttp().getRequest<{
      body: Record<string, unknown>;
      headers: Record<string, unknown>;
    }>();
    this.seen.push({ ...headers, ...body });
    return (
      body['client_id'] === SERVICE_ID && body['client_secret'] === SERVICE_KEY
    );
  }
}

/** The SDKs that take a URL for their token requests alone. */
const sdks: readonly {
  readonly name: string;
  /** Makes an API object as its documentation says: of this package it knows nothing. */
  connect(baseUrl: string, brokerUrl: string, key?: string): FolderLister;
}[] = [
  {
    name: 'Slides',
    connect(baseUrl, brokerUrl, key = SERVICE_KEY) {
      const api = new SlidesApi(SERVICE_ID, key, baseUrl, brokerUrl);
      return async (path) => {
        const { body } = await api.getFilesList(path);
        return (body.value ?? []).map(({ name = '' }) => name);
      };
    },
  },
  {
    name: 'Tasks',
    connect(baseUrl, brokerUrl, key = SERVICE_KEY) {
      const authUrl = `${brokerUrl}/connect/token`;
      const api = new TasksApi(SERVICE_ID, key, baseUrl, authUrl);
      return async (path) => {
        const { body } = await api.getFilesList(new TasksFilesList({ path }));
        return (body.value ?? []).map(({ name }) => name);
      };
    },
  },
];

describe.each(platforms)('A broker on $platform', (platform) => {
  const run = async () => {
    const cloud = await startCloud();
    serveFolders(cloud);
    const guard = new ServiceGuard();
    const { app, url } = await nestApp()
      .overCloud(cloud)
      .importing(
        AsposeTokenEndpointModule.forRoot({
          mode: 'broker',
          path: 'connect/token',
          guards: [guard],
        }),
      )
      .on(platform)
      .start();
    return { cloud, guard, app, url };
  };

  describe.each(sdks)('before the $name SDK', (sdk) => {
    it("gives it the app's token, and keeps the app's secret", async () => {
      const { cloud, guard, app, url } = await run();
      const list = sdk.connect(cloud.url, url);

      expect(await list('folder')).toStrictEqual(['folder.xlsx']);
      expect(await list('other')).toStrictEqual(['other.xlsx']);

      const token = app.get(AsposeTokenService).peekToken()?.value;
      expect(
        cloud.apiCalls.map(({ headers }) => headers.authorization),
      ).toStrictEqual([`Bearer ${token}`, `Bearer ${token}`]);
      expect(cloud.counters).toMatchObject({
        tokenRequests: 1,
        callsWithValidToken: 2,
      });
      expect(guard.seen).toHaveLength(1);
      expect(JSON.stringify(guard.seen)).not.toContain(cloud.clientSecret);
    });

    it('gives nothing to a stranger', async () => {
      const { cloud, url } = await run();
      const list = sdk.connect(cloud.url, url, 'a wrong key');

      await expect(list('folder')).rejects.toBeDefined();

      expect(cloud.counters.tokenRequests).toBe(0);
      expect(cloud.apiCalls).toStrictEqual([]);
    });

    it('lets it go on after a revocation, once the app knows of it', async () => {
      const { cloud, app, url } = await run();
      const list = sdk.connect(cloud.url, url);
      await list('folder');
      cloud.revokeAll();

      // A call of the app's own finds it out.
      const path = '/v4.0/cells/storage/folder/own';
      await firstValueFrom(app.get(AsposeHttpService).get(path));

      expect(await list('folder')).toStrictEqual(['folder.xlsx']);
      expect(cloud.counters.tokenRequests).toBe(2);
    });
  });

  it('makes one token request for both SDKs and the app itself', async () => {
    const { cloud, app, url } = await run();
    const lists = sdks.map((sdk) => sdk.connect(cloud.url, url));

    await Promise.all([
      ...lists.flatMap((list) =>
        Array.from({ length: 10 }, async () => list('folder')),
      ),
      app.get(AsposeTokenService).getToken(),
    ]);

    expect(cloud.counters).toMatchObject({
      tokenRequests: 1,
      callsWithValidToken: 20,
    });
  });
});
