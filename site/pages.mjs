import { readdirSync } from 'node:fs';
import { join } from 'node:path/posix';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const docs = readdirSync(`${ROOT}docs`);

/** The Markdown files of the repository that the site has, and the pages that they are there. */
export const PAGES = new Map([
  ...docs
    .filter((name) => name.endsWith('.md'))
    .map((name) => [`docs/${name}`, name === 'README.md' ? 'index.md' : name]),
  ...['CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'].map((name) => [
    name,
    name.toLowerCase(),
  ]),
]);

/** What the pages show or hand out beside text. */
export const FILES = docs.filter((name) => /\.(json|png|svg)$/.test(name));

/**
 * A page, its links changed to what they lead to on the site.
 *
 * @param source - the path of the Markdown file in the repository.
 */
export function withLinksOfTheSite(markdown, source) {
  return outsideOfCode(markdown, (text) =>
    text.replace(
      /\]\((?!https?:|#)([^)#\s]+)/g,
      (_, path) => `](${placeOf(join(source, '..', path), source)}`,
    ),
  );
}

function placeOf(path, source) {
  const page = PAGES.get(path) ?? FILES.find((name) => path === `docs/${name}`);
  if (page === undefined)
    throw new Error(`${source} links to ${path}, which the site has not.`);
  return `./${page}`;
}

function outsideOfCode(markdown, change) {
  return markdown
    .split(/(^```.*?^```$)/ms)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join('');
}
