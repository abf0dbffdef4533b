import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { OPTION_TABLE } from '../../lib/options/option-table.js';
import { AsposeAuthErrorCode } from '../../lib/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const textOf = (page: string) => readFileSync(page, 'utf8');

const PAGES = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** What tools/write-reference.mjs writes. */
const PIECE = /<!-- made of the sources: .*?<!-- end -->/gs;

const WRITTEN = PAGES.filter((page) => textOf(page).match(PIECE));

/** The options, error codes, events and metrics that those pieces tell of. */
const NAMES = new Set(
  WRITTEN.flatMap((page) => textOf(page).match(PIECE) ?? []).flatMap(
    (piece) => piece.match(/(?<=^(?:### |\| \[?)`)[\w.-]+/gm) ?? [],
  ),
);

/** The columns of each table. */
const columnsIn = (markdown: string) =>
  (markdown.match(/(?:^\|.*\n)+/gm) ?? []).flatMap((table) => {
    const [[...head] = [], , ...rows] = table
      .trim()
      .split('\n')
      .map((row) => row.split(/(?<!\\)\|/).slice(1, -1));
    return head.map((_, column) => rows.map((cells) => cells[column] ?? ''));
  });

/** The columns of which every cell begins with such a name. */
const listsIn = (markdown: string) =>
  columnsIn(markdown.replace(PIECE, '')).filter((cells) =>
    cells.every((cell) => NAMES.has(/^ \[?`([\w.-]+)/.exec(cell)?.[1] ?? '')),
  );

// Where a difference is meant: npm run api:update.
it('is what the sources say', async () => {
  const folder = await temporaryFolder();
  execFileSync(process.execPath, ['tools/write-reference.mjs', folder]);

  const contents = (root: string) =>
    Object.fromEntries(WRITTEN.map((page) => [page, textOf(join(root, page))]));
  expect(contents('.')).toEqual(contents(folder));
});

it('has every option and every error code', () => {
  const headings = (page: string) =>
    textOf(page).match(/(?<=^### `).*(?=`$)/gm);
  const options = Object.keys(OPTION_TABLE).filter(
    (name) => !['isGlobal', 'name'].includes(name),
  );

  expect(headings('docs/options.md')).toEqual(expect.arrayContaining(options));
  expect(headings('docs/error-codes.md')).toEqual(
    expect.arrayContaining(Object.values(AsposeAuthErrorCode)),
  );
});

describe('No option, error code, event or metric is listed by hand', () => {
  it.each(PAGES)('%s', (page) => {
    expect(listsIn(textOf(page))).toEqual([]);
  });

  it.each([
    '| option | default |\n| --- | --- |\n| `baseUrl` | x |\n| `store` | none |\n',
    '| status | code |\n| --- | --- |\n| 503 | `ASPOSE_GATEWAY_BUSY` |\n',
    '| event |\n| --- |\n| `store-recovered`, after a while |\n',
    '| metric |\n| --- |\n| `aspose_auth.token.hold` |\n',
  ])('would tell: %j', (table) => {
    expect(listsIn(table)).toHaveLength(1);
  });
});
