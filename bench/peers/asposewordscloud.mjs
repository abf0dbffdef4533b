// The official SDK of Aspose.Words, with its own authentication.
import words from 'asposewordscloud';

import { sdkClient, sdkFloor } from '../support/sdk-client.mjs';
import { afterRefusal } from '../support/refresh-window.mjs';

const request = new words.GetFilesListRequest({ path: 'reports' });

const apiFor = (server, { clientId, clientSecret }) =>
  new words.WordsApi(clientId, clientSecret, server.origin);

const listFiles = (api) => api.getFilesList(request);

export default {
  name: 'asposewordscloud',
  package: 'asposewordscloud',
  refreshes: afterRefusal,

  create: (server, credentials) =>
    sdkClient(apiFor(server, credentials), listFiles),
  createFloor: (server) =>
    sdkFloor(apiFor(server, server.newCredentials()), server, listFiles),
};
