import type { ServerResponse } from 'node:http';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';

import type { RouteHandler } from 'nestjs-aspose-auth/testing';

/** The only file in the storage of the local cloud. */
const FILE = new URL('../../fixtures/quarterly-sales.xlsx', import.meta.url);
const TOTAL_SIZE = 1024 ** 3;

/** Answers `GET /v4.0/cells/storage/disc` as Aspose Cells Cloud does. */
export const discUsage: RouteHandler = async (_, response) => {
  const { size } = await stat(FILE);
  answer(response, { UsedSize: size, TotalSize: TOTAL_SIZE });
};

/** Answers `GET /v4.0/cells/storage/exist/{path}` as Aspose Cells Cloud does. */
export const objectExists: RouteHandler = (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const name = decodeURIComponent(basename(pathname));
  answer(response, {
    Exists: name === basename(FILE.pathname),
    IsFolder: false,
  });
};

function answer(response: ServerResponse, body: object): void {
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}
