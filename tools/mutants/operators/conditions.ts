import ts from 'typescript';

import type { Change, Operator } from '../mutant.ts';
import { isBoolean, isCondition, isEquality, isLogical, unwrapped } from './kinds.ts';
import { replace, within } from './change.ts';

/** A condition that always holds, or never. A loop is not made endless. */
export const conditions: Operator = function* (node) {
  const condition = conditionOf(node);
  if (condition === undefined || isConstant(condition)) return;
  const isLoop = !ts.isIfStatement(node) && !ts.isConditionalExpression(node);
  if (!isLoop) yield replace('condition', condition, 'true');
  yield replace('condition', condition, 'false');
};

/** A result that always holds, or never. */
export const results: Operator = function* (node) {
  const result =
    (ts.isReturnStatement(node) && node.expression) ||
    (ts.isArrowFunction(node) && !ts.isBlock(node.body) && node.body) ||
    undefined;
  if (result === undefined || !isBoolean(result) || isConstant(result)) return;
  yield replace('result', result, 'true');
  yield replace('result', result, 'false');
};

/** One side alone. Whoever notices both would also notice `&&` in the place of `||`. */
export const sides: Operator = function* (node) {
  if (!ts.isBinaryExpression(node) || !isLogical(node)) return;
  const operator = node.operatorToken.getText();
  yield replace(`only the left of ${operator}`, node, node.left.getText());
  yield replace(`only the right of ${operator}`, node, node.right.getText());
};

/** `===` and `!==`, where no other operator makes the comparison come out otherwise. */
export const equalities: Operator = function* (node) {
  if (!ts.isBinaryExpression(node) || !isEquality(node) || isDecided(node)) return;
  const { operatorToken } = node;
  const isEqual = operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken;
  yield within('equality', node, operatorToken, isEqual ? '!==' : '===');
};

export const negations: Operator = function* (node) {
  if (!ts.isPrefixUnaryExpression(node)) return;
  const { operator, operand } = node;
  if (operator === ts.SyntaxKind.ExclamationToken && !isDecided(node))
    yield replace('negation', node, operand.getText());
  if (operator === ts.SyntaxKind.MinusToken) yield replace('sign', node, operand.getText());
};

const BOUNDARIES = new Map([
  ['<', '<='],
  ['<=', '<'],
  ['>', '>='],
  ['>=', '>'],
]);

export const boundaries: Operator = function* (node): Iterable<Change> {
  if (!ts.isBinaryExpression(node)) return;
  const other = BOUNDARIES.get(node.operatorToken.getText());
  if (other !== undefined) yield within('boundary', node, node.operatorToken, other);
};

/** Whether another operator turns the value of this expression round already. */
function isDecided(node: ts.Expression): boolean {
  const { parent } = unwrapped(node);
  return (
    isCondition(node) ||
    (ts.isBinaryExpression(parent) && isLogical(parent)) ||
    ts.isReturnStatement(parent) ||
    (ts.isArrowFunction(parent) && parent.body === unwrapped(node))
  );
}

function conditionOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node))
    return node.expression;
  if (ts.isConditionalExpression(node) || ts.isForStatement(node)) return node.condition;
  return undefined;
}

function isConstant({ kind }: ts.Expression): boolean {
  return kind === ts.SyntaxKind.TrueKeyword || kind === ts.SyntaxKind.FalseKeyword;
}
