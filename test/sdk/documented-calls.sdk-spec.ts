import { resolve } from 'node:path';

import { beforeAll, expect, it } from 'vitest';

import { compileSnippets, snippetsIn } from '../support/snippets.js';

const ROOT = resolve(__dirname, '../..');

const READER = `
  export * from '@nestjs/common';
  export * from 'nestjs-aspose-auth';
  export { firstValueFrom } from 'rxjs';
  export declare class Reader {}
`;

const snippets = snippetsIn(resolve(ROOT, 'docs/products.md'));
const wrong = {
  path: 'WRONG.md',
  line: 10,
  text: "import { WordsApi } from 'asposewordscloud';\nnew WordsApi('id', 'secret').convert();",
};

let problems: string[][];
beforeAll(() => {
  problems = compileSnippets(
    [...snippets, wrong],
    READER,
    '@types/node',
    __dirname,
  );
}, 120_000);

it('has a call to each product', () => {
  expect(snippets.length).toBeGreaterThan(8);
});

it.each(snippets.map(({ line }, index) => ({ line, index })))(
  'compiles with the SDK that it calls: docs/products.md:$line',
  ({ index }) => {
    expect(problems[index]).toEqual([]);
  },
);

it('would tell what an SDK does not have', () => {
  expect(problems.at(-1)).toEqual([
    expect.stringMatching(/^WRONG\.md:11 .*convert/),
  ]);
});
