// Gathers the pages of the site in .pages, from where VitePress takes them.
import {
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';

import { NAVIGATION } from './navigation.mjs';
import { FILES, PAGES, ROOT, withLinksOfTheSite } from './pages.mjs';

const STAGE = fileURLToPath(new URL('.pages/', import.meta.url));

const listed = new Set(NAVIGATION.flatMap(({ pages }) => pages));
const unlisted = [...PAGES.values()].filter(
  (page) => page !== 'index.md' && !listed.has(page.replace('.md', '')),
);
if (unlisted.length > 0)
  throw new Error(`Not in navigation.mjs: ${unlisted.join(', ')}`);

rmSync(STAGE, { recursive: true, force: true });
mkdirSync(`${STAGE}public`, { recursive: true });
for (const [source, page] of PAGES) {
  const markdown = readFileSync(ROOT + source, 'utf8');
  writeFileSync(STAGE + page, withLinksOfTheSite(markdown, source));
}
for (const file of FILES) {
  // Pictures are bundled; what readers download lies beside the pages.
  const folder = file.endsWith('.json') ? `${STAGE}public/` : STAGE;
  cpSync(`${ROOT}docs/${file}`, folder + file);
}
