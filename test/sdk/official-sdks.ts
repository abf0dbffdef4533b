import type { Readable } from 'node:stream';

import {
  CadApi,
  GetFilesListRequest as CadFilesList,
  UploadFileRequest as CadUpload,
} from '@asposecloud/aspose-cad-cloud';
import {
  GetFilesListRequest as ImagingFilesList,
  ImagingApi,
  UploadFileRequest as ImagingUpload,
} from '@asposecloud/aspose-imaging-cloud';
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
  Configuration as ConversionConfiguration,
  FileApi as ConversionFiles,
  FolderApi as ConversionFolders,
  GetFilesListRequest as ConversionFilesList,
  UploadFileRequest as ConversionUpload,
} from 'groupdocs-conversion-cloud';
import {
  Configuration as ViewerConfiguration,
  FileApi as ViewerFiles,
  FolderApi as ViewerFolders,
  GetFilesListRequest as ViewerFilesList,
  UploadFileRequest as ViewerUpload,
} from 'groupdocs-viewer-cloud';

import { AsposeAuthErrorCode, type TokenSource } from '../../lib/index.js';
import { withAsposeTokens } from '../../lib/sdk/index.js';
import type { AsposeCloudEmulator } from '../../lib/testing/index.js';

/** An official SDK, made to look like all others. */
export interface OfficialSdk {
  readonly name: string;
  /** Makes an API object as the SDK is: without this package. */
  make(id: string, secret: string, baseUrl: string): object;
  /** Makes an API object with the app's tokens, in the documented way. */
  connect(tokens: TokenSource, baseUrl: string): FolderLister;
  /** Does the same, to upload with it. */
  connectUpload(tokens: TokenSource, baseUrl: string): Uploader;
  /** An upload of the SDK as it is, with tokens that it fetches by itself. */
  bareUpload(cloud: TokenEndpoint): Uploader;
  /** Lists a folder with an API object of {@link OfficialSdk.make}. */
  list(api: object, path: string): Promise<string[]>;
  /** What a call is rejected with whose second token is unauthorized, too. */
  readonly secondRefusal: object;
  /** What a call is rejected with whose token is unauthorized, where no other may be fetched. */
  readonly passedOn: object;
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

/** How an SDK is used. GroupDocs has an API for folders and one for files, over one configuration. */
interface Use<Folders, Files> {
  readonly name: string;
  readonly secondRefusal: object;
  readonly passedOn: object;
  apis(
    id: string,
    secret: string,
    baseUrl: string,
  ): { folders: Folders; files: Files };
  list(api: Folders, path: string): Promise<Listing>;
  upload(api: Files, path: string, file: Buffer | Readable): Promise<unknown>;
}

function officialSdk<Folders extends object, Files extends object>(
  use: Use<Folders, Files>,
): OfficialSdk {
  const { name, secondRefusal, passedOn, apis, upload } = use;
  const list = async (api: object, path: string) => {
    const { value = [] } = await use.list(api as Folders, path);
    return value.map((file) => file.name ?? '');
  };
  const external = (baseUrl: string) => apis('external', 'external', baseUrl);
  return {
    name,
    secondRefusal,
    passedOn,
    list,
    make: (id, secret, baseUrl) => apis(id, secret, baseUrl).folders,
    connect(tokens, baseUrl) {
      const api = withAsposeTokens(external(baseUrl).folders, tokens);
      return async (path) => list(api, path);
    },
    connectUpload(tokens, baseUrl) {
      const api = withAsposeTokens(external(baseUrl).files, tokens);
      return async (path, file) => upload(api, path, file);
    },
    bareUpload({ clientId, clientSecret, url }) {
      const api = apis(clientId, clientSecret, url).files;
      return async (path, file) => upload(api, path, file);
    },
  };
}

/** The API of an SDK that has one for all. */
function single<Api>(api: Api): { folders: Api; files: Api } {
  return { folders: api, files: api };
}

const UNAUTHORIZED = { code: AsposeAuthErrorCode.TOKEN_UNAUTHORIZED };

// The types of most SDKs know streams alone, or buffers alone.
const asStream = (file: Buffer | Readable) => file as Readable;
const asBuffer = (file: Buffer | Readable) => file as Buffer;

/** The SDKs that can be installed from npm and loaded. */
export const officialSdks: readonly OfficialSdk[] = [
  officialSdk({
    name: 'Cells',
    secondRefusal: { message: '' },
    passedOn: UNAUTHORIZED,
    apis: (id, secret, baseUrl) =>
      single(new CellsApi(id, secret, 'v3.0', baseUrl)),
    async list(api, path) {
      return (await api.getFilesList(new CellsFilesList({ path }))).body;
    },
    upload: (api, path, file) =>
      api.uploadFile(new CellsUpload({ path, uploadFiles: { file } })),
  }),
  officialSdk({
    name: 'Words',
    secondRefusal: { message: 'Authorization failed' },
    passedOn: UNAUTHORIZED,
    apis: (id, secret, baseUrl) => single(new WordsApi(id, secret, baseUrl)),
    async list(api, path) {
      return (await api.getFilesList(new WordsFilesList({ path }))).body;
    },
    upload: (api, path, file) =>
      api.uploadFile(new WordsUpload({ path, fileContent: asStream(file) })),
  }),
  officialSdk({
    name: 'Tasks',
    secondRefusal: { message: '' },
    passedOn: UNAUTHORIZED,
    apis: (id, secret, baseUrl) => single(new TasksApi(id, secret, baseUrl)),
    async list(api, path) {
      return (await api.getFilesList(new TasksFilesList({ path }))).body;
    },
    upload: (api, path, file) =>
      api.uploadFile(new TasksUpload({ path, file: asBuffer(file) })),
  }),
  officialSdk({
    name: 'Slides',
    secondRefusal: UNAUTHORIZED,
    passedOn: UNAUTHORIZED,
    apis: (id, secret, baseUrl) =>
      single(new SlidesApi(id, secret, baseUrl, baseUrl)),
    async list(api, path) {
      return (await api.getFilesList(path)).body;
    },
    upload: (api, path, file) => api.uploadFile(path, asStream(file)),
  }),
  officialSdk({
    name: 'Imaging',
    secondRefusal: { statusCode: 401 },
    passedOn: { statusCode: 401 },
    apis: (id, secret, baseUrl) => single(new ImagingApi(secret, id, baseUrl)),
    list: (api, path) => api.getFilesList(new ImagingFilesList({ path })),
    upload: (api, path, file) =>
      api.uploadFile(new ImagingUpload({ path, file: asBuffer(file) })),
  }),
  officialSdk({
    name: 'CAD',
    secondRefusal: { statusCode: 401 },
    passedOn: { statusCode: 401 },
    apis: (id, secret, baseUrl) => single(new CadApi(secret, id, baseUrl)),
    list: (api, path) => api.getFilesList(new CadFilesList({ path })),
    upload: (api, path, file) =>
      api.uploadFile(new CadUpload({ path, file: asBuffer(file) })),
  }),
  officialSdk({
    name: 'GroupDocs Conversion',
    secondRefusal: { code: 401 },
    passedOn: { code: 401 },
    apis(id, secret, apiBaseUrl) {
      const configuration = Object.assign(
        new ConversionConfiguration(id, secret),
        { apiBaseUrl },
      );
      return {
        folders: ConversionFolders.fromConfig(configuration),
        files: ConversionFiles.fromConfig(configuration),
      };
    },
    list: (api, path) => api.getFilesList(new ConversionFilesList(path)),
    upload: (api, path, file) =>
      api.uploadFile(new ConversionUpload(path, asBuffer(file))),
  }),
  officialSdk({
    name: 'GroupDocs Viewer',
    secondRefusal: { statusCode: 401 },
    passedOn: { statusCode: 401 },
    apis(id, secret, apiBaseUrl) {
      const configuration = Object.assign(new ViewerConfiguration(id, secret), {
        apiBaseUrl,
      });
      return {
        folders: ViewerFolders.fromConfig(configuration),
        files: ViewerFiles.fromConfig(configuration),
      };
    },
    list: (api, path) => api.getFilesList(new ViewerFilesList(path)),
    upload: (api, path, file) =>
      api.uploadFile(new ViewerUpload(path, asBuffer(file))),
  }),
];

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
