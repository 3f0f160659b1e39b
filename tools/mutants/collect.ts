import ts from 'typescript';

import type { Change } from './mutant.ts';
import { operators } from './operators/all.ts';

/** All changes of a source file, in the order of its text. Types, imports and exports have none. */
export function collect(source: ts.SourceFile): readonly Change[] {
  const changes = new Map<string, Change>();
  const visit = (node: ts.Node): void => {
    if (isErased(node)) return;
    for (const operator of operators)
      for (const change of operator(node, source)) {
        // Two operators may come to the same text, as `!a` does for a condition.
        const key = `${change.start}:${change.end}:${change.text}`;
        if (!changes.has(key)) changes.set(key, change);
      }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...changes.values()].toSorted((a, b) => a.start - b.start);
}

export function parse(text: string): ts.SourceFile {
  return ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true);
}

function isErased(node: ts.Node): boolean {
  return (
    ts.isTypeNode(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node)
  );
}
