import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { compileFunction } from 'node:vm';

import ts from 'typescript';

import { snippetsIn } from './snippets.js';

/**
 * Runs the snippet of a Markdown file that declares a class, and returns the class.
 *
 * @param imports - what a reader imports for it beside what the snippet itself does.
 */
export function documentedClass(
  path: string,
  name: string,
  imports: string,
): unknown {
  const snippet = snippetsIn(path).find(({ text }) =>
    text.includes(`class ${name} `),
  );
  const { outputText } = ts.transpileModule(
    `${imports}\n${snippet?.text ?? ''}\nexport { ${name} };`,
    {
      compilerOptions: {
        module: ts.ModuleKind.CommonJS,
        target: ts.ScriptTarget.ES2023,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
      },
    },
  );
  const exports: Record<string, unknown> = {};
  const run = compileFunction(outputText, ['require', 'exports']);
  run(createRequire(resolve('package.json')), exports);
  return exports[name];
}
