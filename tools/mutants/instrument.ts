import ts from 'typescript';

import type { Mutant } from './mutant.ts';

const IS_ON = '$isOn';
const switches = new URL('switch.ts', import.meta.url).href;

/**
 * The text of a source file that holds all of its mutants, each behind a question whether it is switched on. It remains
 * TypeScript, keeps its lines, and runs as it is where types are stripped.
 */
export function instrument(source: ts.SourceFile, mutants: readonly Mutant[]): string {
  const bySite = new Map<ts.Node, Mutant[]>();
  for (const mutant of mutants) {
    const { site } = mutant.change;
    bySite.set(site, [...(bySite.get(site) ?? []), mutant]);
  }
  const { text } = source;

  const render = (node: ts.Node): string => {
    let inner = '';
    let at = node.getStart(source);
    ts.forEachChild(node, (child) => {
      const start = child.getStart(source);
      inner += text.slice(at, start) + render(child);
      at = Math.max(at, child.end);
    });
    inner += text.slice(at, node.end);
    const here = bySite.get(node);
    return here === undefined ? inner : switched(node, inner, here, text);
  };

  const start = source.getStart(source);
  const prelude = `import ${JSON.stringify(switches)}; const ${IS_ON} = globalThis.${IS_ON};`;
  return `${text.slice(0, start)}${prelude} ${render(source)}${text.slice(source.end)}`;
}

function switched(node: ts.Node, inner: string, mutants: readonly Mutant[], text: string): string {
  const isNone = mutants.map(({ id }) => `!${IS_ON}(${id})`).join(' && ');
  if (ts.isBlock(node)) return `{ if (${isNone}) ${inner} }`;
  // In braces, so that an `else` that follows stays where it was.
  if (ts.isStatement(node)) return `{ if (${isNone}) { ${inner} } }`;
  const others = mutants.map(({ id, change }) => {
    const mutated =
      text.slice(node.getStart(), change.start) + change.text + text.slice(change.end, node.end);
    return `${IS_ON}(${id}) ? (${mutated}) : `;
  });
  return `(${others.join('')}(${inner}))`;
}
