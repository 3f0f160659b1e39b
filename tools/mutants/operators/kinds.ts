import ts from 'typescript';

const LOGICAL = new Set(['&&', '||', '??']);
const EQUALITY = new Set(['===', '!==']);
const COMPARISONS = new Set([...EQUALITY, '<', '<=', '>', '>=', 'in', 'instanceof']);
const PREDICATES = new Set([
  'every',
  'has',
  'includes',
  'some',
  'startsWith',
  'endsWith',
  'test',
  'hasOwn',
]);

export function isLogical({ operatorToken }: ts.BinaryExpression): boolean {
  return LOGICAL.has(operatorToken.getText());
}

export function isEquality({ operatorToken }: ts.BinaryExpression): boolean {
  return EQUALITY.has(operatorToken.getText());
}

/** Whether an expression is true or false for sure, as far as its syntax tells. */
export function isBoolean(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node)) return isBoolean(node.expression);
  if (ts.isPrefixUnaryExpression(node)) return node.operator === ts.SyntaxKind.ExclamationToken;
  if (ts.isCallExpression(node))
    return (
      ts.isPropertyAccessExpression(node.expression) && PREDICATES.has(node.expression.name.text)
    );
  if (!ts.isBinaryExpression(node)) return false;
  const operator = node.operatorToken.getText();
  if (operator === '&&' || operator === '||') return isBoolean(node.left) && isBoolean(node.right);
  return COMPARISONS.has(operator);
}

/** Whether an expression is all that an `if`, a loop or `? :` asks. */
export function isCondition(node: ts.Expression): boolean {
  const whole = unwrapped(node);
  const { parent } = whole;
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent))
    return parent.expression === whole;
  return (
    (ts.isConditionalExpression(parent) || ts.isForStatement(parent)) && parent.condition === whole
  );
}

/** The parentheses around an expression, if any, and what is in them. */
export function unwrapped(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node.parent) ? unwrapped(node.parent) : node;
}
