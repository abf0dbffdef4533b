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

import { AsposeAuthErrorCode, type TokenSource } from '../../lib/index.js';
import { withAsposeTokens } from '../../lib/sdk/index.js';
import type { AsposeCloudEmulator } from '../../lib/testing/index.js';

/** An SDK, made to look like all others. */
export interface AnySdk {
  readonly name: string;
  /** Makes an API object with the app's tokens, in the documented way. */
  connect(tokens: TokenSource, baseUrl: string): FolderLister;
  /** Does the same, to upload with it. */
  connectUpload(tokens: TokenSource, baseUrl: string): Uploader;
  /** An upload of the SDK as it is, with tokens that it fetches by itself. */
  bareUpload(cloud: TokenEndpoint): Uploader;
}

/** An SDK that recovers from a 401. */
export interface OfficialSdk extends AnySdk {
  /** What a call is rejected with where this package has an error with such a code for it. */
  rejection(code: unknown): object;
  /** What a call is rejected with whose second token is unauthorized, too. */
  readonly secondRefusal: object;
}

/** Where the SDKs get tokens by themselves. */
type TokenEndpoint = Pick<
  AsposeCloudEmulator,
  'clientId' | 'clientSecret' | 'url'
>;

/** Asks for the names of the files in a folder. */
export type FolderLister = (path: string) => Promise<string[]>;

/** Uploads a file. */
export type Uploader = (
  path: string,
  file: Buffer | Readable,
) => Promise<unknown>;

interface Listing {
  readonly value?: readonly { readonly name?: string }[];
}

/** How an SDK is used. */
interface Use<Api> {
  readonly name: string;
  create(id: string, secret: string, baseUrl: string): Api;
  list(api: Api, path: string): Promise<Listing>;
  upload(api: Api, path: string, file: Buffer | Readable): Promise<unknown>;
}

function anySdk<Api extends object>(use: Use<Api>): AnySdk {
  const { name, create, list, upload } = use;
  const withTokens = (tokens: TokenSource, baseUrl: string) =>
    withAsposeTokens(create('external', 'external', baseUrl), tokens);
  return {
    name,
    connect(tokens, baseUrl) {
      const api = withTokens(tokens, baseUrl);
      return async (path) => {
        const { value = [] } = await list(api, path);
        return value.map((file) => file.name ?? '');
      };
    },
    connectUpload(tokens, baseUrl) {
      const api = withTokens(tokens, baseUrl);
      return async (path, file) => upload(api, path, file);
    },
    bareUpload({ clientId, clientSecret, url }) {
      const api = create(clientId, clientSecret, url);
      return async (path, file) => upload(api, path, file);
    },
  };
}

const cells: OfficialSdk = {
  ...anySdk({
    name: 'Cells',
    create: (id, secret, baseUrl) => new CellsApi(id, secret, 'v3.0', baseUrl),
    async list(api, path) {
      return (await api.getFilesList(new CellsFilesList({ path }))).body;
    },
    upload: (api, path, file) =>
      api.uploadFile(new CellsUpload({ path, uploadFiles: { file } })),
  }),
  rejection: (code) => ({ code }),
  secondRefusal: { message: '' },
};

const words: OfficialSdk = {
  ...anySdk({
    name: 'Words',
    create: (id, secret, baseUrl) => new WordsApi(id, secret, baseUrl),
    async list(api, path) {
      return (await api.getFilesList(new WordsFilesList({ path }))).body;
    },
    upload: (api, path, file) =>
      api.uploadFile(
        // Its types know streams alone.
        new WordsUpload({ path, fileContent: file as Readable }),
      ),
  }),
  rejection: () => ({ message: 'Authorization failed' }),
  secondRefusal: { message: 'Authorization failed' },
};

const tasks: OfficialSdk = {
  ...anySdk({
    name: 'Tasks',
    create: (id, secret, baseUrl) => new TasksApi(id, secret, baseUrl),
    async list(api, path) {
      return (await api.getFilesList(new TasksFilesList({ path }))).body;
    },
    upload: (api, path, file) =>
      // Its types know buffers alone.
      api.uploadFile(new TasksUpload({ path, file: file as Buffer })),
  }),
  rejection: (code) => ({ code }),
  secondRefusal: { message: '' },
};

const slides: OfficialSdk = {
  ...anySdk({
    name: 'Slides',
    create: (id, secret, baseUrl) =>
      new SlidesApi(id, secret, baseUrl, baseUrl),
    async list(api, path) {
      return (await api.getFilesList(path)).body;
    },
    // Its types know streams alone.
    upload: (api, path, file) => api.uploadFile(path, file as Readable),
  }),
  rejection: (code) => ({ code }),
  secondRefusal: { code: AsposeAuthErrorCode.TOKEN_UNAUTHORIZED },
};

/** Knows no 401: it has no second attempt. */
export const cad: AnySdk = anySdk({
  name: 'CAD',
  create: (id, secret, baseUrl) => new CadApi(secret, id, baseUrl),
  list: (api, path) => api.getFilesList(new CadFilesList({ path })),
  upload: (api, path, file) =>
    // Its types know buffers alone.
    api.uploadFile(new CadUpload({ path, file: file as Buffer })),
});

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
