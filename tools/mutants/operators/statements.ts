import ts from 'typescript';

import type { Operator } from '../mutant.ts';
import { without } from './change.ts';

/** A call, an assignment or a `throw` that does not happen. */
export const removals: Operator = function* (node) {
  if (isRemovable(node) && !isOnlyBranch(node)) yield without('statement', node);
};

/** A function, branch, loop or handler that does nothing. */
export const blocks: Operator = function* (node) {
  if (!ts.isBlock(node) || node.statements.length === 0) return;
  const [first] = node.statements;
  const isOneRemoval = node.statements.length === 1 && first !== undefined && isRemovable(first);
  const { parent } = node;
  const isEndless = ts.isWhileStatement(parent) || ts.isDoStatement(parent);
  const isLoose = ts.isBlock(parent) || ts.isCaseOrDefaultClause(parent);
  if (!isOneRemoval && !isEndless && !isLoose && !isOnlyBranch(node)) yield without('block', node);
};

function isRemovable(node: ts.Node): node is ts.ExpressionStatement | ts.ThrowStatement {
  if (ts.isThrowStatement(node)) return true;
  if (!ts.isExpressionStatement(node)) return false;
  const { expression } = node;
  const isSuper =
    ts.isCallExpression(expression) && expression.expression.kind === ts.SyntaxKind.SuperKeyword;
  return !isSuper && !ts.isStringLiteral(expression);
}

/** Without it, an `if` is the same as one whose condition never holds, which is tried anyway. */
function isOnlyBranch(node: ts.Statement): boolean {
  const { parent } = node;
  if (ts.isIfStatement(parent))
    return parent.elseStatement === undefined && parent.thenStatement === node;
  return ts.isBlock(parent) && parent.statements.length === 1 && isOnlyBranch(parent);
}
