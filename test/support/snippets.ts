import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import ts from 'typescript';

const COMPILER_OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  types: ['node', 'multer'],
  strict: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  skipLibCheck: true,
  noEmit: true,
};

/** A block of TypeScript in a Markdown file. */
export interface Snippet {
  readonly path: string;
  /** The line of the file that its first line is on. */
  readonly line: number;
  readonly text: string;
}

/** The blocks of TypeScript in a Markdown file. */
export function snippetsIn(path: string): Snippet[] {
  const markdown = readFileSync(path, 'utf8');
  return [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)].map(
    ({ index, 1: text = '' }) => ({
      path,
      line: markdown.slice(0, index).split('\n').length + 1,
      text,
    }),
  );
}

/**
 * Compiles snippets, each as a module of its own in this package, and returns what the compiler says about each.
 *
 * What a snippet does not declare or import comes from the module `reader`. Its class `Reader` is what a snippet of class
 * members, or one that uses `this`, is put into.
 *
 * @param nodeTypes - the package that has the types of Node.
 * @param folder - where they are compiled: what they import is looked for from there.
 */
export function compileSnippets(
  snippets: readonly Snippet[],
  reader: string,
  nodeTypes = '@types/node',
  folder = '.',
): string[][] {
  const files = new Map([[resolve(folder, 'reader.mts'), reader]]);
  const host = hostOf(files, nodeTypes);
  const compile = () =>
    ts.createProgram([...files.keys()], COMPILER_OPTIONS, host);

  const provided = exportsOf(compile());
  const modules = snippets.map((snippet, index) => {
    const path = resolve(folder, `snippet-${index}.mts`);
    files.set(path, moduleOf(snippet.text, provided));
    return { path, snippet };
  });

  const program = compile();
  return modules.map(({ path, snippet }) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(path))
      .map((diagnostic) => messageOf(diagnostic, snippet)),
  );
}

function hostOf(
  files: ReadonlyMap<string, string>,
  nodeTypes: string,
): ts.CompilerHost {
  const host = ts.createCompilerHost(COMPILER_OPTIONS);
  const parsed = new Map<string, ts.SourceFile | undefined>();
  const onDisk = (path: string) =>
    path.replace('/node_modules/@types/node/', `/node_modules/${nodeTypes}/`);
  const read = (path: string) => files.get(path) ?? host.readFile(onDisk(path));
  return {
    ...host,
    fileExists: (path) => files.has(path) || host.fileExists(onDisk(path)),
    directoryExists: (path) => existsSync(onDisk(path)),
    readFile: read,
    getSourceFile: (path, options) => {
      const own = files.get(path);
      if (own !== undefined) return ts.createSourceFile(path, own, options);
      if (!parsed.has(path)) {
        const text = read(path);
        parsed.set(
          path,
          text === undefined
            ? undefined
            : ts.createSourceFile(path, text, options),
        );
      }
      return parsed.get(path);
    },
  };
}

function exportsOf(program: ts.Program): string[] {
  const checker = program.getTypeChecker();
  return program
    .getRootFileNames()
    .map((path) => program.getSourceFile(path))
    .map((file) => file && checker.getSymbolAtLocation(file))
    .flatMap((module) => (module ? checker.getExportsOfModule(module) : []))
    .map(({ name }) => name);
}

/** A snippet as a module; every line stays where it is. Files of the reader's own are the module `reader`. */
function moduleOf(snippet: string, provided: readonly string[]): string {
  const text = snippet.replaceAll(/ from '\.[^']*'/g, " from './reader.mjs'");
  const own = ownNamesOf(text);
  const names = provided.filter(
    (name) => new RegExp(`\\b${name}\\b`).test(text) && !own.has(name),
  );
  const imports = `import { Reader, ${names.join(', ')} } from './reader.mjs';`;
  if (/\bclass\s/.test(text)) return `${imports} ${text}`;
  if (text.startsWith('@'))
    return `${imports} class Snippet extends Reader { ${text} }`;
  if (/\bthis\./.test(text))
    return `${imports} class Snippet extends Reader { async run() { ${text} } }`;
  return `${imports} ${text}`;
}

/** What a text declares or imports at its top level. */
function ownNamesOf(text: string): Set<string> {
  const file = ts.createSourceFile('', text, ts.ScriptTarget.ES2023);
  const names = new Set<string>();
  const add = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    else if (!ts.isStringLiteral(node)) ts.forEachChild(node, add);
  };
  for (const statement of file.statements)
    if (ts.isImportDeclaration(statement)) add(statement);
    else if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) add(name);
    else if ('name' in statement) add(statement.name as ts.Node);
  return names;
}

function messageOf(
  { file, start = 0, messageText }: ts.Diagnostic,
  { path, line }: Snippet,
): string {
  const at = file?.getLineAndCharacterOfPosition(start).line ?? 0;
  return `${path}:${line + at} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}
