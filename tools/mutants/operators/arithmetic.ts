import ts from 'typescript';

import type { Operator } from '../mutant.ts';
import { replace, within } from './change.ts';

const OPPOSITES = new Map([
  ['+', '-'],
  ['-', '+'],
  ['*', '/'],
  ['/', '*'],
  ['%', '*'],
  ['**', '*'],
  ['+=', '-='],
  ['-=', '+='],
  ['??=', '='],
  ['||=', '='],
  ['&&=', '='],
]);

export const arithmetic: Operator = function* (node) {
  if (!ts.isBinaryExpression(node) || isText(node)) return;
  const opposite = OPPOSITES.get(node.operatorToken.getText());
  if (opposite !== undefined) yield within('arithmetic', node, node.operatorToken, opposite);
};

/** `i++` is `i--`; not where that would make a loop endless. */
export const counts: Operator = function* (node) {
  if (!ts.isPostfixUnaryExpression(node) && !ts.isPrefixUnaryExpression(node)) return;
  const isUp = node.operator === ts.SyntaxKind.PlusPlusToken;
  if (!isUp && node.operator !== ts.SyntaxKind.MinusMinusToken) return;
  if (ts.isForStatement(node.parent) && node.parent.condition !== undefined) return;
  const text = node.getText();
  yield replace('arithmetic', node, isUp ? text.replace('++', '--') : text.replace('--', '++'));
};

/** Whether `+` puts texts together. */
function isText(node: ts.Expression): boolean {
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return true;
  return ts.isBinaryExpression(node) && (isText(node.left) || isText(node.right));
}
