import {
  CadApi,
  GetFilesListRequest as CadFilesList,
} from '@asposecloud/aspose-cad-cloud';
import {
  GetFilesListRequest as TasksFilesList,
  TasksApi,
} from '@asposecloud/aspose-tasks-cloud';
import {
  CellsApi,
  GetFilesListRequest as CellsFilesList,
} from 'asposecellscloud';
import { SlidesApi } from 'asposeslidescloud';
import {
  GetFilesListRequest as WordsFilesList,
  WordsApi,
} from 'asposewordscloud';
import {
  Configuration as ConversionConfiguration,
  FolderApi as ConversionFolders,
  GetFilesListRequest as ConversionFilesList,
} from 'groupdocs-conversion-cloud';
import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  AsposeAuthModule,
  AsposeTenants,
  type AsposeTokenService,
  getAsposeTokensToken,
} from '../../lib/index.js';
import { withAsposeTokens } from '../../lib/sdk/index.js';
import { nestApp } from '../support/nest-app.js';
import { tenantsAt } from '../support/tenant-cloud.js';
import { startTenantFolders, strangersAt } from './tenant-folders.js';

const TENANTS = ['a', 'b', 'c'];

/** Does something inside of a call. */
type Detour = (list: (path: string) => Promise<unknown>) => Promise<unknown>;

// As apps write them: methods that call others of the object itself, past the proxy.

class OwnCells extends CellsApi {
  async detour(how: Detour) {
    return how((path) => this.getFilesList(new CellsFilesList({ path })));
  }
}

class OwnCad extends CadApi {
  async detour(how: Detour) {
    return how((path) => this.getFilesList(new CadFilesList({ path })));
  }
}

class OwnSlides extends SlidesApi {
  async detour(how: Detour) {
    return how((path) => this.getFilesList(path));
  }
}

const cellsAt = (url: string) =>
  new OwnCells('external', 'external', 'v3.0', url);

async function start() {
  const cloud = await startTenantFolders();
  const { app, tokens } = await nestApp()
    .with(tenantsAt(cloud))
    .importing(
      AsposeAuthModule.forRoot({
        name: 'own',
        baseUrl: cloud.url,
        clientId: 'own',
        clientSecret: 'own',
        warmUp: 'off',
      }),
    )
    .start();
  const own = app.get<AsposeTokenService>(getAsposeTokensToken('own'));
  return { cloud, tokens, own, tenants: app.get(AsposeTenants) };
}

describe('A method of an SDK that enters other tenants', () => {
  const enterAll = (tenants: AsposeTenants) => async (outer: string) =>
    Promise.resolve<Detour>(async (list) => {
      await list(`of-${outer}`);
      const inner = await Promise.allSettled(
        TENANTS.map(async (tenant) =>
          tenants.run(tenant, () => list(`of-${tenant}`)),
        ),
      );
      await list(`of-${outer}`);
      return inner;
    });

  it.each([
    ['that asks again', cellsAt],
    ['that does not', (url: string) => new OwnCad('external', 'external', url)],
  ])('has each call go with the token of its own: one %s', async (_, make) => {
    const { cloud, tokens, tenants } = await start();
    const api = withAsposeTokens<OwnCells | OwnCad>(make(cloud.url), tokens);
    const detourOf = enterAll(tenants);

    await Promise.all(
      TENANTS.map(async (tenant) => {
        const detour = await detourOf(tenant);
        await tenants.run(tenant, () => api.detour(detour));
      }),
    );

    expect(cloud.calls).toHaveLength(15);
    expect(strangersAt(cloud)).toStrictEqual([]);
  });

  it('renews the token of the one whose token was revoked', async () => {
    const { cloud, tokens, tenants } = await start();
    const cad = withAsposeTokens(
      new OwnCad('external', 'external', cloud.url),
      tokens,
    );
    const detour: Detour = async (list) => tenants.run('b', () => list('of-b'));
    await tenants.run('a', () => cad.detour(detour));
    cloud.revoke('b');

    await tenants.run('a', () => cad.detour(detour));

    expect(cloud.tokenRequests).toStrictEqual(['b', 'b']);
    expect(strangersAt(cloud)).toStrictEqual([]);
  });

  it('fails where it is one of Slides, which holds the token of its call', async () => {
    const { cloud, tokens, tenants } = await start();
    const slides = withAsposeTokens(
      new OwnSlides('external', 'external', cloud.url),
      tokens,
    );
    const detour = await enterAll(tenants)('a');

    const inner = await tenants.run('a', () => slides.detour(detour));

    expect(inner).toMatchObject([
      { status: 'fulfilled' },
      ...['b', 'c'].map(() => ({
        reason: {
          code: AsposeAuthErrorCode.INVALID_OPTIONS,
          message: expect.stringContaining('enters another tenant'),
        },
      })),
    ]);
    expect(cloud.calls).toHaveLength(3);
    expect(strangersAt(cloud)).toStrictEqual([]);
    expect(cloud.unauthorizedCalls).toStrictEqual([]);
  });
});

it('An SDK that is called inside of a call of another goes by its own tokens, past its proxy, too', async () => {
  const { cloud, tokens, own, tenants } = await start();
  const words = new WordsApi('external', 'external', cloud.url);
  const tasks = new TasksApi('external', 'external', cloud.url);
  withAsposeTokens(words, own);
  withAsposeTokens(tasks, tenants.for('b'));
  const cells = withAsposeTokens(cellsAt(cloud.url), tokens);

  await tenants.run('a', () =>
    cells.detour(async (list) => {
      await words.getFilesList(new WordsFilesList({ path: 'of-own' }));
      await tasks.getFilesList(new TasksFilesList({ path: 'of-b' }));
      await list('of-a');
    }),
  );

  expect(cloud.calls).toHaveLength(3);
  expect(strangersAt(cloud)).toStrictEqual([]);
});

it('SDKs that share a configuration go by their own tokens each', async () => {
  const { cloud, tokens, tenants } = await start();
  const configuration = Object.assign(
    new ConversionConfiguration('external', 'external'),
    { apiBaseUrl: cloud.url },
  );
  const folders = () => ConversionFolders.fromConfig(configuration);
  const ofCurrent = withAsposeTokens(folders(), tokens);
  const ofC = withAsposeTokens(folders(), tenants.for('c'));
  const list = (tenant: string) => new ConversionFilesList(`of-${tenant}`);

  await Promise.all(
    ['a', 'b', 'a', 'b'].flatMap((tenant) => [
      tenants.run(tenant, () => ofCurrent.getFilesList(list(tenant))),
      tenants.run(tenant, () => ofC.getFilesList(list('c'))),
    ]),
  );

  expect(cloud.calls).toHaveLength(8);
  expect(strangersAt(cloud)).toStrictEqual([]);
});
