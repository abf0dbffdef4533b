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

  const reports: Record<string, ts.Node[]> = {};
  const exported = new Set<ts.Symbol>();
  for (const [name, path] of Object.entries(entryPoints)) {
    const file = program.getSourceFile(path);
    const module = file && checker.getSymbolAtLocation(file);
    if (!module) throw new Error(`${path} is not a module`);
    const symbols = checker.getExportsOfModule(module).map(resolved);
    for (const symbol of symbols) exported.add(symbol);
    reports[name] = symbols.flatMap(statementsOf);
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
    statementsOf,
  );

  reports['Added to other packages'] = program
    .getSourceFiles()
    .filter(isOurs)
    .flatMap(({ statements }) => statements.filter(ts.isModuleDeclaration));

  const sections = Object.entries(reports).map(
    ([title, statements]) => `# ${title}\n\n${codeBlock(statements)}`,
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

function codeBlock(statements: readonly ts.Node[]): string {
  const printer = ts.createPrinter({ removeComments: true });
  const texts = statements.map((statement) =>
    printer.printNode(
      ts.EmitHint.Unspecified,
      statement,
      ts.getOriginalNode(statement).getSourceFile(),
    ),
  );
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
