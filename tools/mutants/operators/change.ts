import ts from 'typescript';

import type { Change } from '../mutant.ts';

/** A change of a whole expression. */
export function replace(operator: string, node: ts.Expression, text: string): Change {
  return within(operator, node, node, text);
}

/** A change of a part of an expression. */
export function within(
  operator: string,
  node: ts.Expression,
  part: ts.Node | { readonly start: number; readonly end: number },
  text: string,
): Change {
  const start = 'kind' in part ? part.getStart() : part.start;
  const end = 'kind' in part ? part.end : part.end;
  return { operator, site: chainOf(node), start, end, text };
}

/** A statement or a block that does nothing. */
export function without(operator: string, site: ts.Statement): Change {
  return {
    operator,
    site,
    start: site.getStart(),
    end: site.end,
    text: ts.isBlock(site) ? '{}' : '',
  };
}

/** The whole of `a?.b.c`: parentheses around its first part would end what `?.` cuts short. */
function chainOf(node: ts.Expression): ts.Expression {
  const { parent } = node;
  const isLink =
    (ts.isPropertyAccessExpression(parent) ||
      ts.isElementAccessExpression(parent) ||
      ts.isCallExpression(parent) ||
      ts.isNonNullExpression(parent)) &&
    parent.expression === node;
  if (!isLink) return node;
  const isCalled = ts.isCallExpression(parent) && !ts.isCallExpression(node);
  return isCalled || ts.isOptionalChain(parent) ? chainOf(parent) : node;
}
