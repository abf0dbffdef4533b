import { describe, expect, it, vi } from 'vitest';

import {
  AsposeCloudEmulator,
  convertSpreadsheet,
} from '../../../../lib/testing/index.js';
import { startCloud } from '../../../support/cloud.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const PATH = '/v4.0/cells/convert/spreadsheet';

async function put(cloud: AsposeCloudEmulator, body: FormData) {
  cloud.route('PUT', PATH, convertSpreadsheet());
  const headers = { Authorization: `Bearer ${cloud.issueToken()}` };
  const url = `${cloud.url}${PATH}?format=pdf`;
  const answer = await fetch(url, { method: 'PUT', headers, body });
  const { Error: error } = (await answer.json()) as {
    Error: { Message: string };
  };
  return { status: answer.status, message: error.Message };
}

describe('convertSpreadsheet', () => {
  it('answers 501 where no engine is installed, and says what to install', async () => {
    const folder = await temporaryFolder();
    vi.spyOn(process, 'cwd').mockReturnValue(folder);

    expect(await put(await startCloud(), new FormData())).toEqual({
      status: 501,
      message: `aspose.cells.node is not installed in ${folder}: npm i -D aspose.cells.node, then start this again.`,
    });
  });
});
