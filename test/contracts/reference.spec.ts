import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { OPTION_TABLE } from '../../lib/options/option-table.js';
import { AsposeAuthErrorCode } from '../../lib/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';

// Where a difference is meant: npm run api:update.
it('is what the sources say', async () => {
  const folder = await temporaryFolder();
  execFileSync(process.execPath, ['tools/write-reference.mjs', folder]);

  expect(readdirSync(folder)).toHaveLength(4);
  for (const page of readdirSync(folder))
    expect(readFileSync(`docs/${page}`, 'utf8')).toBe(
      readFileSync(join(folder, page), 'utf8'),
    );
});

it('has every option and every error code', () => {
  const headings = (page: string) =>
    readFileSync(`docs/${page}`, 'utf8').match(/(?<=^### `).*(?=`$)/gm);
  const options = Object.keys(OPTION_TABLE).filter(
    (name) => !['isGlobal', 'name'].includes(name),
  );

  expect(headings('options.md')).toEqual(expect.arrayContaining(options));
  expect(headings('error-codes.md')).toEqual(
    expect.arrayContaining(Object.values(AsposeAuthErrorCode)),
  );
});
