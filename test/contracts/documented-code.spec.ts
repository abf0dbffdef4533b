import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { snippetsIn } from '../support/snippets.js';

/** Blocks of the docs, each by some text of it, and the tests that run them. */
const RUN = [
  {
    page: 'docs/clients.md',
    block: 'export class ConversionModule {}',
    test: 'test/package/consumers/app/src/conversion.module.ts',
  },
  {
    page: 'docs/tenants.md',
    block: 'currentTenant: () => cls.get(',
    test: 'test/e2e/nestjs-cls.e2e-spec.ts',
  },
];

/** The lines of a text that are not in another one in the same order, whatever stands between them. */
function linesMissing(text: string, from: string): string[] {
  let rest = from.split('\n');
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => {
      const index = rest.findIndex((other) => other.includes(line));
      rest = rest.slice(index + 1);
      return index === -1;
    });
}

it.each(RUN)('$test runs what $page shows: $block', ({ page, block, test }) => {
  const shown = snippetsIn(page).filter(({ text }) => text.includes(block));

  expect(shown).toHaveLength(1);
  expect(linesMissing(shown[0]!.text, readFileSync(test, 'utf8'))).toEqual([]);
});

it('would tell which line is not run', () => {
  expect(linesMissing('a\n  b\nc', 'x a\ny\nc')).toEqual(['b']);
  expect(linesMissing('a\nb', 'b\na')).toEqual(['b']);
});

it('begins in the quick start as in the README', () => {
  const moduleIn = (page: string) =>
    snippetsIn(page).find(({ text }) => text.includes('class AppModule {}'))
      ?.text;
  const installsIn = (page: string) =>
    readFileSync(page, 'utf8').match(
      /npm i (?:nestjs-aspose-auth @nestjs\/axios\S* axios|@nestjs\/config\S*(?=[`\n]))/g,
    );

  expect(moduleIn('docs/quick-start.md')).toBe(moduleIn('README.md'));
  expect(installsIn('README.md')).toHaveLength(6);
  expect(installsIn('docs/quick-start.md')).toEqual(installsIn('README.md'));
});
