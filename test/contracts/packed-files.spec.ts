import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path/posix';

import { describe, expect, it } from 'vitest';

const listing = execFileSync('npm', ['pack', '--dry-run', '--json'], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
});
// An array of npm 11, an object of npm 12.
const [{ files }] = Object.values(JSON.parse(listing)) as [
  { files: { path: string }[] },
];
const packed = files.map(({ path }) => path);
const pages = packed.filter((path) => path.endsWith('.md'));

// Where a difference is meant: npm run api:update.
it('packs the files that are written down', async () => {
  await expect(`${packed.join('\n')}\n`).toMatchFileSnapshot(
    '../package/api-report/files.txt',
  );
});

describe.each(pages)('%s', (page) => {
  const markdown = readFileSync(page, 'utf8');
  const links = [...markdown.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(
    ([, target = '']) => target,
  );

  it('links to packed pages and their headings only', () => {
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(page, '..', path);
      return !(
        packed.includes(target) &&
        (anchor === undefined || anchorsOf(target).includes(anchor))
      );
    });

    expect(broken).toEqual([]);
  });
});

it('packs every page of docs/, and the pages that the README links to', () => {
  expect(pages).toEqual(
    expect.arrayContaining(['README.md', 'docs/sdks.md', 'docs/uploads.md']),
  );
});

/** The anchors of a page's headings, as GitHub and npm make them. */
function anchorsOf(page: string): string[] {
  const markdown = readFileSync(page, 'utf8').replace(/^```.*?^```/gms, '');
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
