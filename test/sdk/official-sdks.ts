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
  AsposeAuthErrorCode,
  type TokenSource,
  withAsposeTokens,
} from '../../lib/index.js';
import type { AsposeCloudEmulator } from '../../lib/testing/index.js';

/** An official SDK, made to look like all others. */
export interface OfficialSdk {
  readonly name: string;
  /** Makes an API object with the app's tokens, in the documented way. */
  connect(tokens: TokenSource, baseUrl: string): FolderLister;
  /** What a call is rejected with where this package has an error with such a code for it. */
  rejection(code: unknown): object;
  /** What a call is rejected with whose second token is refused, too. */
  readonly secondRefusal: object;
}

/** Asks for the names of the files in a folder. */
export type FolderLister = (path: string) => Promise<string[]>;

const cells: OfficialSdk = {
  name: 'Cells',
  connect(tokens, baseUrl) {
    const api = withAsposeTokens(
      new CellsApi('external', 'external', 'v3.0', baseUrl),
      tokens,
    );
    return async (path) =>
      namesIn(await api.getFilesList(new CellsFilesList({ path })));
  },
  rejection: (code) => ({ code }),
  secondRefusal: { message: '' },
};

const words: OfficialSdk = {
  name: 'Words',
  connect(tokens, baseUrl) {
    const api = withAsposeTokens(
      new WordsApi('external', 'external', baseUrl),
      tokens,
    );
    return async (path) =>
      namesIn(await api.getFilesList(new WordsFilesList({ path })));
  },
  rejection: () => ({ message: 'Authorization failed' }),
  secondRefusal: { message: 'Authorization failed' },
};

const tasks: OfficialSdk = {
  name: 'Tasks',
  connect(tokens, baseUrl) {
    const api = withAsposeTokens(
      new TasksApi('external', 'external', baseUrl),
      tokens,
    );
    return async (path) =>
      namesIn(await api.getFilesList(new TasksFilesList({ path })));
  },
  rejection: (code) => ({ code }),
  secondRefusal: { message: '' },
};

const slides: OfficialSdk = {
  name: 'Slides',
  connect(tokens, baseUrl) {
    const api = withAsposeTokens(
      new SlidesApi('external', 'external', baseUrl),
      tokens,
    );
    return async (path) => namesIn(await api.getFilesList(path));
  },
  rejection: (code) => ({ code }),
  secondRefusal: { code: AsposeAuthErrorCode.TOKEN_REFUSED },
};

/** The SDKs that can be installed from npm and loaded. */
export const officialSdks = [cells, words, tasks, slides];

/** Serves every SDK's folders: each holds one file, which is named after the folder. */
export function serveFolders(cloud: AsposeCloudEmulator): void {
  cloud.route('GET', /\/storage\/folder\/[^/]+$/, (request, response) => {
    const name = `${request.url?.split('/').at(-1)}.xlsx`;
    // Slides reads its field names in lower case, the others in upper case.
    const folder = { Value: [{ Name: name }], value: [{ name }] };
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(folder));
  });
}

interface Listing {
  readonly body: { readonly value?: readonly { readonly name?: string }[] };
}

function namesIn({ body }: Listing): string[] {
  return (body.value ?? []).map(({ name = '' }) => name);
}
