import { format } from 'prettier';
import ts from 'typescript';

const COMPILER_OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  types: ['node'],
  strict: true,
  skipLibCheck: true,
};

/**
 * Writes down, as Markdown, the types that a built package hands out.
 *
 * That is what its entry points export, what these declarations need of the package's own, and what it adds to others.
 */
export function apiReport(
  folder: string,
  entryPoints: Readonly<Record<string, string>>,
): Promise<string> {
  const program = ts.createProgram(
    Object.values(entryPoints),
    COMPILER_OPTIONS,
  );
  const checker = program.getTypeChecker();
  const resolved = (symbol: ts.Symbol) =>
    symbol.flags & ts.SymbolFlags.Alias
      ? checker.getAliasedSymbol(symbol)
      : symbol;
  const isOurs = (node: ts.Node) =>
    ts.getOriginalNode(node).getSourceFile().fileName.startsWith(folder);

  const reports: Record<string, string[]> = {};
  const exported = new Set<ts.Symbol>();
  for (const [name, path] of Object.entries(entryPoints)) {
    const file = program.getSourceFile(path);
    const module = file && checker.getSymbolAtLocation(file);
    if (!module) throw new Error(`${path} is not a module`);
    reports[name] = checker.getExportsOfModule(module).flatMap((handedOut) => {
      const symbol = resolved(handedOut);
      exported.add(symbol);
      return [
        ...statementsOf(symbol).map(printed),
        ...renaming(symbol, handedOut),
      ];
    });
  }

  const needed = new Set(exported);
  for (const symbol of needed)
    for (const name of statementsOf(symbol).flatMap(identifiersIn)) {
      const found = checker.getSymbolAtLocation(name);
      const target = found && resolved(found);
      if (target && statementsOf(target).some(isOurs)) needed.add(target);
    }
  for (const symbol of exported) needed.delete(symbol);
  reports['Not exported, but needed by what is'] = [...needed].flatMap(
    (symbol) => statementsOf(symbol).map(printed),
  );

  reports['Added to other packages'] = program
    .getSourceFiles()
    .filter(isOurs)
    .flatMap(({ statements }) => statements.filter(ts.isModuleDeclaration))
    .map(printed);

  const sections = Object.entries(reports).map(
    ([title, texts]) => `# ${title}\n\n${codeBlock(texts)}`,
  );
  return format(sections.join('\n\n'), {
    parser: 'markdown',
    singleQuote: true,
    trailingComma: 'all',
  });
}

/** The top-level statements that declare a symbol; classes without their private members. */
function statementsOf(symbol: ts.Symbol): ts.Node[] {
  return (symbol.declarations ?? [])
    .map((node) => (ts.isVariableDeclaration(node) ? node.parent.parent : node))
    .filter(ts.isStatement)
    .filter(({ parent }) => ts.isSourceFile(parent))
    .map((node) => (ts.isClassDeclaration(node) ? publicFace(node) : node));
}

function publicFace(node: ts.ClassDeclaration): ts.ClassDeclaration {
  const { modifiers, name, typeParameters, heritageClauses, members } = node;
  const isPrivate = (member: ts.ClassElement) =>
    !ts.isConstructorDeclaration(member) &&
    ((member.name !== undefined && ts.isPrivateIdentifier(member.name)) ||
      (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0);
  return ts.factory.updateClassDeclaration(
    node,
    modifiers,
    name,
    typeParameters,
    heritageClauses,
    members.filter((member) => !isPrivate(member)),
  );
}

function identifiersIn(node: ts.Node): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isIdentifier(child)) found.push(child);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return found;
}

function printed(node: ts.Node): string {
  return ts
    .createPrinter({ removeComments: true })
    .printNode(
      ts.EmitHint.Unspecified,
      node,
      ts.getOriginalNode(node).getSourceFile(),
    );
}

/** The statement that exports a symbol, where that is by another name than it is declared by. */
function renaming(declared: ts.Symbol, { name }: ts.Symbol): string[] {
  return name === declared.name
    ? []
    : [`export { ${declared.name} as ${name} };`];
}

function codeBlock(texts: readonly string[]): string {
  const named = (text: string) =>
    text.replace(
      /^(?:(?:export|declare|abstract|class|interface|type|const|function) )*/,
      '',
    );
  const sorted = [...new Set(texts)].toSorted((a, b) =>
    named(a) < named(b) ? -1 : 1,
  );
  return ['```ts', ...sorted, '```'].join('\n\n');
}
