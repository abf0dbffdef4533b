// The official SDK of Aspose.Cells, with its own authentication.
import cells from 'asposecellscloud';

import { sdkClient, sdkFloor } from '../support/sdk-client.mjs';
import { atExpiry } from '../support/refresh-window.mjs';

/** What it takes for the lifetime of every token, in milliseconds. */
const ASSUMED_LIFETIME_MS = 86_300;

const request = new cells.GetFilesListRequest({ path: 'reports' });

const apiFor = (server, { clientId, clientSecret }) =>
  new cells.CellsApi(clientId, clientSecret, 'v3.0', server.origin);

const listFiles = (api) => api.getFilesList(request);

export default {
  name: 'asposecellscloud',
  package: 'asposecellscloud',
  refreshes: {
    ...atExpiry,
    text: '86.3 s after it was fetched, whatever its lifetime',
    every3Seconds: 3_600,
    dueInOutage: { lifetimeSeconds: 3_600, dueAfterMs: 0 },
  },

  create(server, credentials) {
    const api = apiFor(server, credentials);
    return {
      ...sdkClient(api, listFiles),
      /** No lifetime makes it due sooner: its note of when it fetched the token is set back instead. */
      makeDue() {
        api.configuration.authentication.getTime -= ASSUMED_LIFETIME_MS;
      },
    };
  },
  createFloor: (server) =>
    sdkFloor(apiFor(server, server.newCredentials()), server, listFiles),
};
