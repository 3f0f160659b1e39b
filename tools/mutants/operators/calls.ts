import ts from 'typescript';

import type { Operator } from '../mutant.ts';
import { within } from './change.ts';

/** Methods whose result is somewhat like what they are called on. */
const SELECTIVE = new Set([
  'filter',
  'slice',
  'sort',
  'subarray',
  'toLowerCase',
  'toReversed',
  'toSorted',
  'toUpperCase',
  'trim',
  'trimEnd',
  'trimStart',
]);
const OPPOSITES = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['startsWith', 'endsWith'],
  ['endsWith', 'startsWith'],
  ['min', 'max'],
  ['max', 'min'],
]);

/** `list.filter(f)` is `list`, `some` is `every`. */
export const calls: Operator = function* (node) {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
  const { expression: owner, name } = node.expression;
  if (SELECTIVE.has(name.text)) yield within('call', node, { start: owner.end, end: node.end }, '');
  const opposite = OPPOSITES.get(name.text);
  if (opposite !== undefined) yield within('call', node, name, opposite);
};

/** `a?.b` is `a.b`. */
export const chains: Operator = function* (node) {
  if (
    !ts.isPropertyAccessExpression(node) &&
    !ts.isElementAccessExpression(node) &&
    !ts.isCallExpression(node)
  )
    return;
  const { questionDotToken } = node;
  if (questionDotToken !== undefined && !ts.isDeleteExpression(node.parent))
    yield within(
      'optional chain',
      node,
      questionDotToken,
      ts.isPropertyAccessExpression(node) ? '.' : '',
    );
};
