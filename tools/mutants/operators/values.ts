import ts from 'typescript';

import type { Operator } from '../mutant.ts';
import { isEquality } from './kinds.ts';
import { replace, within } from './change.ts';

/** Longer ones are tables of data. */
const LONGEST_LIST = 8;
const WORD = /^[A-Za-z][\w.:-]*$/;

export const booleans: Operator = function* (node) {
  if (node.kind === ts.SyntaxKind.TrueKeyword)
    yield replace('boolean', node as ts.TrueLiteral, 'false');
  if (node.kind === ts.SyntaxKind.FalseKeyword)
    yield replace('boolean', node as ts.FalseLiteral, 'true');
};

/** A word that others may compare with: a type, a code, a name of an event. Not a text for people. */
export const words: Operator = function* (node) {
  if (!ts.isStringLiteral(node) || !WORD.test(node.text)) return;
  const { parent } = node;
  const isCompared = ts.isBinaryExpression(parent) && isEquality(parent);
  const isName = ts.isPropertyAssignment(parent) && parent.name === node;
  const isImported =
    ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword;
  const isListed = ts.isArrayLiteralExpression(parent);
  if (!isCompared && !isName && !isImported && !isListed) yield replace('word', node, "''");
};

/** A list that lacks one of its elements. */
export const lists: Operator = function* (node) {
  if (!ts.isArrayLiteralExpression(node) || isPattern(node)) return;
  const { elements } = node;
  if (elements.length > LONGEST_LIST) {
    yield replace('list', node, '[]');
    return;
  }
  for (const element of elements) {
    const rest = elements.filter((other) => other !== element).map((other) => other.getText());
    yield replace('list', node, `[${rest.join(', ')}]`);
  }
};

/** An object that lacks what is spread into it. */
export const spreads: Operator = function* (node) {
  if (!ts.isObjectLiteralExpression(node) || isPattern(node)) return;
  for (const property of node.properties)
    if (ts.isSpreadAssignment(property)) yield within('spread', node, property, '...{}');
};

/** A regular expression that fits in the middle too. */
export const anchors: Operator = function* (node) {
  if (!ts.isRegularExpressionLiteral(node)) return;
  const text = node.getText();
  const end = text.lastIndexOf('/');
  if (text.startsWith('/^')) yield replace('anchor', node, `/${text.slice(2)}`);
  if (text.slice(0, end).endsWith('$') && !text.slice(0, end).endsWith('\\$'))
    yield replace('anchor', node, `${text.slice(0, end - 1)}${text.slice(end)}`);
};

/** `[a, b] = list` and `({ ...rest } = object)` take apart, and make nothing. */
function isPattern(node: ts.Expression): boolean {
  const { parent } = node;
  return (
    (ts.isBinaryExpression(parent) &&
      parent.left === node &&
      parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) ||
    (ts.isForOfStatement(parent) && parent.initializer === node)
  );
}
