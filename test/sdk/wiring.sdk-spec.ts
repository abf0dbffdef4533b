import { Injectable } from '@nestjs/common';
import { CellsApi, GetFilesListRequest } from 'asposecellscloud';
import { SlidesApi } from 'asposeslidescloud';
import { WordsApi } from 'asposewordscloud';
import { TasksApi } from '@asposecloud/aspose-tasks-cloud';
import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode, ForeignOriginError } from '../../lib/index.js';
import { provideAsposeSdk, withAsposeTokens } from '../../lib/sdk/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';
import { officialSdks, serveFolders } from './official-sdks.js';
import { startSdkApp } from './sdk-app.js';

const constructors = [
  ['Cells', (url: string) => new CellsApi('external', 'external', 'v3.0', url)],
  ['Words', (url: string) => new WordsApi('external', 'external', url)],
  ['Tasks', (url: string) => new TasksApi('external', 'external', url)],
  ['Slides', (url: string) => new SlidesApi('external', 'external', url)],
] as const;

describe('provideAsposeSdk', () => {
  it('has a CellsApi with tokens injected by its class', async () => {
    @Injectable()
    class ReportService {
      constructor(private readonly cells: CellsApi) {}

      async names(path: string): Promise<(string | undefined)[]> {
        const request = new GetFilesListRequest({ path });
        const { body } = await this.cells.getFilesList(request);
        return body.value.map(({ name }) => name);
      }
    }
    const cloud = await startCloud();
    serveFolders(cloud);

    const module = await nestApp()
      .overCloud(cloud)
      .declaring({
        providers: [
          ReportService,
          provideAsposeSdk(
            CellsApi,
            () => new CellsApi('external', 'external', 'v3.0', cloud.url),
          ),
        ],
      })
      .compile();

    expect(await module.get(ReportService).names('folder')).toStrictEqual([
      'folder.xlsx',
    ]);
    expect(cloud.counters).toMatchObject({
      tokenRequests: 1,
      callsWithValidToken: 1,
    });
  });

  it('makes it with what it injects, and may take its time', async () => {
    const cloud = await startCloud();
    serveFolders(cloud);

    const module = await nestApp()
      .overCloud(cloud)
      .declaring({
        providers: [
          { provide: 'CLOUD_URL', useValue: cloud.url },
          provideAsposeSdk(
            SlidesApi,
            async (_, url: string) =>
              new SlidesApi('external', 'external', url),
            { inject: ['CLOUD_URL'] },
          ),
        ],
      })
      .compile();

    const { body } = await module.get(SlidesApi).getFilesList('folder');

    expect(body.value).toMatchObject([{ name: 'folder.xlsx' }]);
  });

  it('fails the boot for what is no SDK', async () => {
    class Nothing {}

    const error = await rejectionOf(
      nestApp()
        .with({ accessToken: 'token', warmUp: 'off' })
        .declaring({
          providers: [provideAsposeSdk(Nothing, () => new Nothing())],
        })
        .compile(),
    );

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.INVALID_OPTIONS,
      message: expect.stringContaining('does not know Nothing'),
    });
  });
});

describe('withAsposeTokens', () => {
  it.each(constructors)(
    'forbids a %s whose base URL may not receive the token',
    async (_, construct) => {
      const { tokens } = await startSdkApp();

      expect(() =>
        withAsposeTokens(construct('https://elsewhere.example'), tokens),
      ).toThrow(ForeignOriginError);
    },
  );

  it('has a CellsApi send nothing to where its base URL leads later', async () => {
    const { cloud, tokens } = await startSdkApp();
    const cells = withAsposeTokens(
      new CellsApi('external', 'external', 'v3.0', cloud.url),
      tokens,
    );
    cells.configuration.baseUrl = 'https://elsewhere.example';

    const error = await rejectionOf(
      cells.getFilesList(new GetFilesListRequest({ path: 'folder' })),
    );

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.FOREIGN_ORIGIN,
      origin: 'https://elsewhere.example',
    });
    expect(cloud.counters.tokenRequests).toBe(0);
  });

  it.each(constructors)('returns a %s', async (_, construct) => {
    const { cloud, tokens } = await startSdkApp();
    const api = construct(cloud.url);

    expect(withAsposeTokens(api, tokens)).toBeInstanceOf(api.constructor);
  });

  it.each(officialSdks)(
    "leaves the requests of $name alone with auth: 'none'",
    async (sdk) => {
      const cloud = await startCloud();
      cloud.route(
        'GET',
        /\/storage\/folder\//,
        (_, response) => {
          response.setHeader('Content-Type', 'application/json');
          response.end('{}');
        },
        { public: true },
      );
      const { tokens } = await nestApp()
        .with({ auth: 'none', baseUrl: cloud.url })
        .start();

      expect(await sdk.connect(tokens, cloud.url)('folder')).toStrictEqual([]);
      expect(cloud.counters).toMatchObject({
        tokenRequests: 0,
        callsWithoutToken: 1,
      });
    },
  );

  it('keeps two tenants of one process apart', async () => {
    const [one, two] = [await startSdkApp(), await startSdkApp()];
    const rounds = Array.from({ length: 10 }, (_, round) => `folder-${round}`);
    const callAll = async () =>
      Promise.all(
        rounds.flatMap((folder) =>
          [...one.lists, ...two.lists].map(async (list) => list(folder)),
        ),
      );

    await callAll();
    // One tenant's revocation is none of the other's business.
    one.cloud.revokeAll();
    await callAll();

    const calls = rounds.length * officialSdks.length;
    expect(one.cloud.counters).toMatchObject({
      tokenRequests: 2,
      callsWithValidToken: 2 * calls,
      callsWithoutToken: 0,
    });
    expect(two.cloud.counters).toMatchObject({
      tokenRequests: 1,
      callsWithValidToken: 2 * calls,
      callsWithInvalidToken: 0,
      callsWithoutToken: 0,
    });
  });

  it('does not let the refused credentials of one tenant fail another', async () => {
    const [refused, good] = [await startSdkApp(), await startSdkApp()];
    refused.cloud.failNext({ kind: 'refuse' }, { times: Infinity });

    const outcomes = await Promise.allSettled(
      [...refused.lists, ...good.lists].map(async (list) => list('folder')),
    );

    expect(outcomes.map(({ status }) => status)).toStrictEqual([
      ...refused.lists.map(() => 'rejected'),
      ...good.lists.map(() => 'fulfilled'),
    ]);
  });
});
