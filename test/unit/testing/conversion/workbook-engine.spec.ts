import { readFile } from 'node:fs/promises';

import { describe, expect, it, vi } from 'vitest';

import {
  convertWorkbook,
  findEngine,
} from '../../../../lib/testing/conversion/workbook-engine.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const WORKBOOK = 'sample-app/fixtures/quarterly-sales.xlsx';
const engine = findEngine();

describe('The engine', () => {
  it('is the one of the project that the process runs in', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(await temporaryFolder());

    expect(findEngine()).toBeUndefined();
  });

  describe.skipIf(engine === undefined)('where it is installed', () => {
    const convert = async (format: string) =>
      Buffer.from(
        convertWorkbook(String(engine), await readFile(WORKBOOK), format),
      ).toString('latin1');

    it.each([
      ['pdf', /^%PDF-/],
      ['CSV', /North,"2,458","1,541,991.50",35.1%/],
      ['html', /1,541,991.50/],
    ])('converts to %s', async (format, content) => {
      expect(await convert(format)).toMatch(content);
    });

    it('names a format that it does not know', async () => {
      await expect(convert('exe')).rejects.toThrow('There is no format "exe".');
    });
  });
});
