import type { Readable } from 'node:stream';

import {
  CadApi,
  GetFilesListRequest as CadFilesList,
  UploadFileRequest as CadUpload,
} from '@asposecloud/aspose-cad-cloud';
import {
  GetFilesListRequest as TasksFilesList,
  TasksApi,
  UploadFileRequest as TasksUpload,
} from '@asposecloud/aspose-tasks-cloud';
import {
  CellsApi,
  GetFilesListRequest as CellsFilesList,
  UploadFileRequest as CellsUpload,
} from 'asposecellscloud';
import { SlidesApi } from 'asposeslidescloud';
import {
  GetFilesListRequest as WordsFilesList,
  UploadFileRequest as WordsUpload,
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
  /** Does the same, to upload with it. */
  connectUpload(tokens: TokenSource, baseUrl: string): Uploader;
  /** What a call is rejected with where this package has an error with such a code for it. */
  rejection(code: unknown): object;
  /** What a call is rejected with whose second token is refused, too. */
  readonly secondRefusal: object;
}

/** Asks for the names of the files in a folder. */
export type FolderLister = (path: string) => Promise<string[]>;

/** Uploads a file. */
export type Uploader = (
  path: string,
  file: Buffer | Readable,
) => Promise<unknown>;

const cellsApi = (tokens: TokenSource, baseUrl: string) =>
  withAsposeTokens(
    new CellsApi('external', 'external', 'v3.0', baseUrl),
    tokens,
  );

const cells: OfficialSdk = {
  name: 'Cells',
  connect(tokens, baseUrl) {
    const api = cellsApi(tokens, baseUrl);
    return async (path) =>
      namesIn(await api.getFilesList(new CellsFilesList({ path })));
  },
  connectUpload(tokens, baseUrl) {
    const api = cellsApi(tokens, baseUrl);
    return async (path, file) =>
      api.uploadFile(new CellsUpload({ path, uploadFiles: { file } }));
  },
  rejection: (code) => ({ code }),
  secondRefusal: { message: '' },
};

const wordsApi = (tokens: TokenSource, baseUrl: string) =>
  withAsposeTokens(new WordsApi('external', 'external', baseUrl), tokens);

const words: OfficialSdk = {
  name: 'Words',
  connect(tokens, baseUrl) {
    const api = wordsApi(tokens, baseUrl);
    return async (path) =>
      namesIn(await api.getFilesList(new WordsFilesList({ path })));
  },
  connectUpload(tokens, baseUrl) {
    const api = wordsApi(tokens, baseUrl);
    return async (path, file) =>
      api.uploadFile(
        // Its types know streams alone.
        new WordsUpload({ path, fileContent: file as Readable }),
      );
  },
  rejection: () => ({ message: 'Authorization failed' }),
  secondRefusal: { message: 'Authorization failed' },
};

const tasksApi = (tokens: TokenSource, baseUrl: string) =>
  withAsposeTokens(new TasksApi('external', 'external', baseUrl), tokens);

const tasks: OfficialSdk = {
  name: 'Tasks',
  connect(tokens, baseUrl) {
    const api = tasksApi(tokens, baseUrl);
    return async (path) =>
      namesIn(await api.getFilesList(new TasksFilesList({ path })));
  },
  connectUpload(tokens, baseUrl) {
    const api = tasksApi(tokens, baseUrl);
    return async (path, file) =>
      // Its types know buffers alone.
      api.uploadFile(new TasksUpload({ path, file: file as Buffer }));
  },
  rejection: (code) => ({ code }),
  secondRefusal: { message: '' },
};

const slidesApi = (tokens: TokenSource, baseUrl: string) =>
  withAsposeTokens(new SlidesApi('external', 'external', baseUrl), tokens);

const slides: OfficialSdk = {
  name: 'Slides',
  connect(tokens, baseUrl) {
    const api = slidesApi(tokens, baseUrl);
    return async (path) => namesIn(await api.getFilesList(path));
  },
  connectUpload(tokens, baseUrl) {
    const api = slidesApi(tokens, baseUrl);
    // Its types know streams alone.
    return async (path, file) => api.uploadFile(path, file as Readable);
  },
  rejection: (code) => ({ code }),
  secondRefusal: { code: AsposeAuthErrorCode.TOKEN_REFUSED },
};

const cadApi = (tokens: TokenSource, baseUrl: string) =>
  withAsposeTokens(new CadApi('external', 'external', baseUrl), tokens);

/** Can be loaded too, but knows no 401: it has no second attempt. */
export const cad: Pick<OfficialSdk, 'name' | 'connect' | 'connectUpload'> = {
  name: 'CAD',
  connect(tokens, baseUrl) {
    const api = cadApi(tokens, baseUrl);
    return async (path) =>
      namesIn({ body: await api.getFilesList(new CadFilesList({ path })) });
  },
  connectUpload(tokens, baseUrl) {
    const api = cadApi(tokens, baseUrl);
    return async (path, file) =>
      // Its types know buffers alone.
      api.uploadFile(new CadUpload({ path, file: file as Buffer }));
  },
};

/** The SDKs that can be installed from npm and loaded, and recover from a 401. */
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
