import { createRequire } from 'node:module';
import { resolve } from 'node:path';

import ts from 'typescript';

import { snippetsIn } from './snippets.js';

const installed = createRequire(resolve('package.json'));

/** The text of the only snippet of a page that has some words. */
export function snippetWith(words: string, page: string): string {
  const [found, ...others] = snippetsIn(page).filter(({ text }) =>
    text.includes(words),
  );
  if (found === undefined || others.length > 0)
    throw new Error(`${page} has not one snippet with ${words}.`);
  return found.text;
}

/**
 * Runs a snippet as a module.
 *
 * @param names - what it uses and does not import.
 * @param modules - what it imports as it is here, and not as it is installed.
 * @returns what it exports.
 */
export async function runSnippet(
  text: string,
  names: Readonly<Record<string, unknown>> = {},
  modules: Readonly<Record<string, unknown>> = {},
): Promise<object> {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2023,
    },
  });
  const exports = {};
  const require = (name: string): unknown => modules[name] ?? installed(name);
  const given = { ...names, exports, require };
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- the page's own code is under test
  const run = new Function(
    ...Object.keys(given),
    `return (async () => {\n${outputText}\n})();`,
  ) as (...values: unknown[]) => Promise<void>;
  await run(...Object.values(given));
  return exports;
}
