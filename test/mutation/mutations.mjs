// What a mutation may change in a source text: an operator, a limit, a condition that returns early.
import ts from 'typescript';

const OPERATORS = new Map([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
  [ts.SyntaxKind.AsteriskToken, '/'],
]);

/** Lists every mutation of a source text: where, what stands there, and what to put in its place. */
export function mutationsOf(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const add = (kind, node, replacement) =>
    found.push({
      kind,
      path,
      line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1,
      start: node.getStart(),
      end: node.getEnd(),
      before: node.getText(),
      after: replacement,
    });
  const visit = (node) => {
    if (ts.isBinaryExpression(node)) {
      const operator = OPERATORS.get(node.operatorToken.kind);
      const isText = [node.left, node.right].some(ts.isStringLiteralLike);
      if (operator && !isText) add('operator', node.operatorToken, operator);
    }
    if (ts.isNumericLiteral(node))
      add('limit', node, node.text === '0' ? '1' : `(${node.text} * 2)`);
    if (ts.isIfStatement(node) && leaves(node.thenStatement)) {
      add('early return', node.expression, 'false');
      add('early return', node.expression, 'true');
    }
    // A type has no behaviour.
    if (!ts.isTypeNode(node) && !ts.isInterfaceDeclaration(node))
      ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function leaves(statement) {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return (
    last !== undefined &&
    (ts.isReturnStatement(last) || ts.isThrowStatement(last))
  );
}
