import { EventEmitter } from 'node:events';
import { createReadStream, type ReadStream } from 'node:fs';

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
import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  AsposeTenants,
  type TenantSettings,
} from '../../lib/index.js';
import { provideAsposeSdk } from '../../lib/sdk/index.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';
import { tenantsAt } from '../support/tenant-cloud.js';
import { officialSdks } from './official-sdks.js';
import { strangersAt, startTenantFolders } from './tenant-folders.js';

const TENANTS = ['a', 'b', 'c'];

/** Every tenant, several times, one after the other. */
const CALLERS = Array.from({ length: 8 }, () => TENANTS).flat();

it('SDKs that are provided send with each call the token of its tenant', async () => {
  const cloud = await startTenantFolders();
  const { app } = await nestApp()
    .with(tenantsAt(cloud))
    .declaring({
      providers: [
        provideAsposeSdk(
          CellsApi,
          ({ baseUrl }) =>
            new CellsApi('external', 'external', 'v3.0', baseUrl),
        ),
        provideAsposeSdk(
          WordsApi,
          ({ baseUrl }) => new WordsApi('external', 'external', baseUrl),
        ),
        provideAsposeSdk(
          TasksApi,
          ({ baseUrl }) => new TasksApi('external', 'external', baseUrl),
        ),
        provideAsposeSdk(
          SlidesApi,
          ({ baseUrl }) => new SlidesApi('external', 'external', baseUrl),
        ),
      ],
    })
    .start();
  const tenants = app.get(AsposeTenants);
  const listAll = async (path: string) =>
    Promise.all([
      app.get(CellsApi).getFilesList(new CellsFilesList({ path })),
      app.get(WordsApi).getFilesList(new WordsFilesList({ path })),
      app.get(TasksApi).getFilesList(new TasksFilesList({ path })),
      app.get(SlidesApi).getFilesList(path),
    ]);

  await Promise.all(
    CALLERS.map(async (tenant) =>
      tenants.run(tenant, () => listAll(`of-${tenant}`)),
    ),
  );

  expect(cloud.calls).toHaveLength(4 * CALLERS.length);
  expect(strangersAt(cloud)).toStrictEqual([]);
  expect(cloud.tokenRequests.toSorted()).toStrictEqual(TENANTS);
});

describe.each(officialSdks)('$name, for several tenants', (sdk) => {
  async function start(settings?: Partial<TenantSettings>) {
    const cloud = await startTenantFolders();
    const { app, tokens } = await nestApp()
      .with(tenantsAt(cloud, settings))
      .start();
    const tenants = app.get(AsposeTenants);
    const list = sdk.connect(tokens, cloud.url);
    const upload = sdk.connectUpload(tokens, cloud.url);
    return {
      cloud,
      tenants,
      list,
      listOf: async (tenant: string) =>
        tenants.run(tenant, () => list(`of-${tenant}`)),
      uploadOf: async (tenant: string, file: Buffer | ReadStream) =>
        tenants.run(tenant, () => upload(`of-${tenant}`, file)),
    };
  }

  it('sends with each call the token of its tenant, however they interleave, and after a revocation', async () => {
    const { cloud, listOf, uploadOf } = await start();
    const callAll = async () =>
      Promise.all(
        CALLERS.map(async (tenant) => {
          await uploadOf(tenant, Buffer.from(tenant));
          return listOf(tenant);
        }),
      );
    await callAll();

    const answered = callAll();
    cloud.revoke('b');

    expect(await answered).toStrictEqual(CALLERS.map((tenant) => [tenant]));
    expect(strangersAt(cloud)).toStrictEqual([]);
    expect(cloud.tokenRequests.toSorted()).toStrictEqual(['a', 'b', 'b', 'c']);
    expect(cloud.unauthorizedCalls.length).toBeGreaterThan(0);
    for (const call of cloud.unauthorizedCalls)
      expect(call).toStrictEqual({
        path: expect.stringMatching(/of-b$/),
        authorization: 'Bearer b.2',
      });
  });

  it('sends streams with the token of the tenant that called, whoever opened them', async () => {
    const { cloud, tenants, uploadOf } = await start();

    await Promise.all(
      TENANTS.map(async (tenant, index) => {
        const file = tenants.run(TENANTS.at(index - 1)!, () =>
          createReadStream(__filename),
        );
        await uploadOf(tenant, file);
      }),
    );

    expect(cloud.calls).toHaveLength(TENANTS.length);
    expect(strangersAt(cloud)).toStrictEqual([]);
  });

  it('fails a stream whose token was revoked, and has the next call go with another', async () => {
    const { cloud, listOf, uploadOf } = await start();
    await listOf('a');
    cloud.revoke('a');

    const [error] = await Promise.all([
      rejectionOf(uploadOf('a', createReadStream(__filename))),
      uploadOf('b', createReadStream(__filename)),
    ]);

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.TOKEN_UNAUTHORIZED,
    });
    expect(await listOf('a')).toStrictEqual(['a']);
    expect(strangersAt(cloud)).toStrictEqual([]);
    expect(cloud.tokenRequests.toSorted()).toStrictEqual(['a', 'a', 'b']);
  });

  it('rejects without a tenant, says what to do, and sends nothing', async () => {
    const { cloud, list, listOf, tenants } = await start();
    await listOf('a');
    const bus = new EventEmitter();
    const heard = new Promise((resolve) => {
      bus.once('report', () => resolve(rejectionOf(list('of-nobody'))));
    });

    tenants.run('a', () => {});
    bus.emit('report');

    for (const error of [await heard, await rejectionOf(list('of-nobody'))])
      expect(error).toMatchObject({
        code: AsposeAuthErrorCode.NO_TENANT,
        message: expect.stringContaining('inside AsposeTenants.run(id, …)'),
      });
    expect(cloud.calls).toHaveLength(1);
    expect(cloud.unauthorizedCalls).toStrictEqual([]);
    expect(cloud.tokenRequests).toStrictEqual(['a']);
  });

  it('sends another token as soon as the tenant is forgotten', async () => {
    const clientIds = new Map([['a', 'a']]);
    const { cloud, tenants, listOf } = await start({
      credentials: (id) => ({
        clientId: clientIds.get(id) ?? id,
        clientSecret: 'of-tenant',
      }),
    });
    await listOf('a');
    clientIds.set('a', 'changed');
    await listOf('a');

    tenants.forget('a');

    expect(await listOf('a')).toStrictEqual(['changed']);
    expect(cloud.tokenRequests).toStrictEqual(['a', 'changed']);
  });

  it('keeps the tenant that a call began with, whatever the app says of it later', async () => {
    let current = 'a';
    const { cloud, list } = await start({
      tenantOf: undefined,
      currentTenant: () => current,
    });
    await list('of-a');
    cloud.revoke('a');

    const ofA = list('of-a');
    current = 'b';
    const ofB = list('of-b');

    expect([await ofA, await ofB]).toStrictEqual([['a'], ['b']]);
    expect(cloud.unauthorizedCalls).toHaveLength(1);
  });
});
