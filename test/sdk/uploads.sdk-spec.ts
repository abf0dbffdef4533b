import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { CellsApi, UploadFileRequest } from 'asposecellscloud';
import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../lib/index.js';
import { withAsposeTokens } from '../../lib/sdk/index.js';
import { rejectionOf } from '../support/rejection.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { unhandledRejectionsOf } from '../support/unhandled-rejections.js';
import { officialSdks } from './official-sdks.js';
import { startSdkApp } from './sdk-app.js';

const WORKBOOK = 'a workbook '.repeat(10_000);

/** Writes the workbook to a file, which is there until the test ends. */
async function workbookFile(): Promise<string> {
  const file = join(await temporaryFolder(), 'book.xlsx');
  await writeFile(file, WORKBOOK);
  return file;
}

/** An app whose token is revoked already, and the uploads that arrive. */
async function startRevoked({ isEarly = false } = {}) {
  const { cloud, tokens } = await startSdkApp();
  await tokens.getToken();
  cloud.revokeAll();
  const uploads: { status: number; body: string }[] = [];
  cloud.route(
    'PUT',
    /\/storage\/file\/[^/]+$/,
    async (request, response) => {
      const status = cloud.apiCalls.at(-1)?.token === 'valid' ? 200 : 401;
      const isRead = status === 200 || !isEarly;
      uploads.push({ status, body: isRead ? await text(request) : '' });
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end('{}');
    },
    { public: true },
  );
  return { cloud, tokens, uploads };
}

describe.each(officialSdks.map((sdk) => [sdk.name, sdk] as const))(
  '%s, whose token is unauthorized in an upload,',
  (_, sdk) => {
    it('sends a Buffer again', async () => {
      const { cloud, tokens, uploads } = await startRevoked();
      const upload = sdk.connectUpload(tokens, cloud.url);

      await upload('book', Buffer.from(WORKBOOK));

      expect(uploads.map(({ status }) => status)).toStrictEqual([401, 200]);
      for (const { body } of uploads) expect(body).toContain(WORKBOOK);
    });

    it.each([
      ['after it was read', false],
      ['before it was read', true],
    ])(
      'rejects with a stream that is answered 401 %s: it neither hangs nor sends less',
      async (_, isEarly) => {
        const { cloud, tokens, uploads } = await startRevoked({ isEarly });
        const upload = sdk.connectUpload(tokens, cloud.url);
        const file = await workbookFile();

        const unhandled = await unhandledRejectionsOf(async () => {
          expect(
            await rejectionOf(upload('book', createReadStream(file))),
          ).toMatchObject({ code: AsposeAuthErrorCode.TOKEN_UNAUTHORIZED });
        });
        // The token is replaced all the same.
        const again = uploads.length;
        await upload('book', createReadStream(file));

        expect(unhandled).toStrictEqual([]);
        expect(uploads.slice(again)).toStrictEqual([
          { status: 200, body: expect.stringContaining(WORKBOOK) },
        ]);
        for (const { status, body } of uploads)
          expect(status === 401 || body.includes(WORKBOOK)).toBe(true);
        expect(cloud.counters.tokenRequests).toBe(2);
      },
    );
  },
);

describe('Cells, whose token is unauthorized in the upload of a file by its name,', () => {
  it('rejects, with advice', async () => {
    const { cloud, tokens, uploads } = await startRevoked();
    const uploadFiles = await workbookFile();
    const cells = withAsposeTokens(
      new CellsApi('external', 'external', 'v3.0', cloud.url),
      tokens,
    );

    const error = await rejectionOf(
      cells.uploadFile(new UploadFileRequest({ path: 'book', uploadFiles })),
    );

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.TOKEN_UNAUTHORIZED,
      message: expect.stringContaining('give the SDK a Buffer'),
    });
    expect(uploads.map(({ status }) => status)).toStrictEqual([401]);
  });
});
