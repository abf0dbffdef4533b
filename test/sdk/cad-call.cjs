// One call of CAD to the URL it is given, with the built package and a token of its own.
require('reflect-metadata');
const { NestFactory } = require('@nestjs/core');
const {
  CadApi,
  GetFilesListRequest,
} = require('@asposecloud/aspose-cad-cloud');

const { AsposeAuthModule, AsposeTokenService } = require('../../dist/index.js');
const { withAsposeTokens } = require('../../dist/sdk/index.js');

async function main(baseUrl) {
  const app = await NestFactory.createApplicationContext(
    AsposeAuthModule.forRoot({ accessToken: 'the-token', baseUrl }),
    { logger: false },
  );
  const cad = withAsposeTokens(
    new CadApi('external', 'external', baseUrl),
    app.get(AsposeTokenService),
  );
  await cad.getFilesList(new GetFilesListRequest({ path: 'folder' }));
  await app.close();
}

void main(process.argv[2]);
