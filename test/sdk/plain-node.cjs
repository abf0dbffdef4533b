// An app as it is deployed: the built package and the SDKs, in a process that ends with the first unhandled rejection.
require('reflect-metadata');
const { NestFactory } = require('@nestjs/core');
const {
  CadApi,
  GetFilesListRequest: CadFilesList,
} = require('@asposecloud/aspose-cad-cloud');
const {
  GetFilesListRequest: ImagingFilesList,
  ImagingApi,
} = require('@asposecloud/aspose-imaging-cloud');
const {
  GetFilesListRequest: TasksFilesList,
  TasksApi,
} = require('@asposecloud/aspose-tasks-cloud');
const {
  CellsApi,
  GetFilesListRequest: CellsFilesList,
} = require('asposecellscloud');
const { SlidesApi } = require('asposeslidescloud');
const {
  GetFilesListRequest: WordsFilesList,
  WordsApi,
} = require('asposewordscloud');
const conversion = require('groupdocs-conversion-cloud');
const viewer = require('groupdocs-viewer-cloud');

const { AsposeAuthModule, AsposeTokenService } = require('../../dist/index.js');
const { withAsposeTokens } = require('../../dist/sdk/index.js');
const { AsposeCloudEmulator } = require('../../dist/testing/index.js');

const path = 'folder';
const id = 'external';

/** One call of each SDK; how each ends. */
async function callEach(tokens, baseUrl) {
  const calls = [
    withAsposeTokens(
      new CellsApi(id, id, 'v3.0', baseUrl),
      tokens,
    ).getFilesList(new CellsFilesList({ path })),
    withAsposeTokens(new WordsApi(id, id, baseUrl), tokens).getFilesList(
      new WordsFilesList({ path }),
    ),
    withAsposeTokens(new TasksApi(id, id, baseUrl), tokens).getFilesList(
      new TasksFilesList({ path }),
    ),
    withAsposeTokens(new SlidesApi(id, id, baseUrl), tokens).getFilesList(path),
    withAsposeTokens(new ImagingApi(id, id, baseUrl), tokens).getFilesList(
      new ImagingFilesList({ path }),
    ),
    withAsposeTokens(new CadApi(id, id, baseUrl), tokens).getFilesList(
      new CadFilesList({ path }),
    ),
    ...[conversion, viewer].map((groupDocs) =>
      withAsposeTokens(
        groupDocs.FolderApi.fromConfig(
          Object.assign(new groupDocs.Configuration(id, id), {
            apiBaseUrl: baseUrl,
          }),
        ),
        tokens,
      ).getFilesList(new groupDocs.GetFilesListRequest(path)),
    ),
  ];
  const outcomes = await Promise.allSettled(calls);
  return outcomes.map(({ status }) => status);
}

async function startApp() {
  const cloud = await AsposeCloudEmulator.start();
  cloud.route('GET', /\/storage\/folder\/[^/]+$/, (_, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end('{}');
  });
  const app = await NestFactory.createApplicationContext(
    AsposeAuthModule.forRoot({
      clientId: cloud.clientId,
      clientSecret: cloud.clientSecret,
      baseUrl: cloud.url,
      warmUp: 'off',
    }),
    { logger: false },
  );
  const tokens = app.get(AsposeTokenService);
  return {
    cloud,
    tokens,
    call: () => callEach(tokens, cloud.url),
    async close() {
      await app.close();
      await cloud.close();
    },
  };
}

async function main() {
  const good = await startApp();
  const cold = await good.call();
  good.cloud.revokeAll();
  const revoked = await good.call();
  const { tokenRequests } = good.cloud.counters;
  good.cloud.failNext({ kind: 'unauthorized' }, { path: 'api', times: 1000 });
  const unauthorizedForGood = await good.call();
  await good.close();

  const down = await startApp();
  await down.tokens.getToken();
  down.cloud.revokeAll();
  down.cloud.failNext({ kind: 'reset' }, { times: 1000 });
  const endpointDown = await down.call();
  await down.close();

  const stranger = await startApp();
  stranger.cloud.failNext({ kind: 'refuse' }, { times: 1000 });
  const credentialsRefused = await stranger.call();
  await stranger.close();

  process.stdout.write(
    JSON.stringify({
      cold,
      revoked,
      tokenRequests,
      unauthorizedForGood,
      endpointDown,
      credentialsRefused,
    }),
  );
}

void main();
