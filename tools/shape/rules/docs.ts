import {
  productionDependencies,
  SCOPE,
  type Package,
  type Problem,
  type Tree,
} from '../workspace.ts';
import { bundledDependencies } from './dependencies.ts';

/** Every package from npm that is installed with or bundled into one of ours is worth it, and the reason stands written. */
export function* dependencyDocsRule(packages: readonly Package[], tree: Tree): Iterable<Problem> {
  const file = 'docs/dependencies.md';
  const rows = tableRows(tree.get(file) ?? '');
  const used = new Map<string, Set<string>>();
  for (const one of packages.filter(({ layer }) => layer.npm)) {
    const names = [...productionDependencies(one), ...bundledDependencies(one)];
    for (const name of names.filter((each) => !each.startsWith(SCOPE)))
      used.set(name, (used.get(name) ?? new Set()).add(one.folder));
  }
  for (const [name, folders] of used) {
    const row = rows.find(([first]) => first === name);
    const users = new Set(row?.[1]?.split(/\s*,\s*/));
    for (const folder of folders)
      if (!users.has(folder))
        yield { file, message: `has no line for ${name} as used by ${folder}` };
    if (row !== undefined && (row[2] ?? '') === '')
      yield { file, message: `does not say why ${name} is worth it` };
  }
  for (const [name = '', users = ''] of rows)
    for (const folder of users.split(/\s*,\s*/))
      if (used.get(name)?.has(folder) !== true)
        yield { file, message: `has a line for ${name}, which ${folder} does not use` };
}

/** Every code has its paragraph, with its cause and what to do, so that a hint can be short. `npm run docs` adds how it ends. */
export function* errorDocsRule(_: readonly Package[], tree: Tree): Iterable<Problem> {
  const file = 'docs/errors.md';
  const source = tree.get('packages/core/src/contracts/errors.ts') ?? '';
  const codes = [...source.matchAll(/^ {2}([A-Z_]+): \{/gm)].map(([, code = '']) => code);
  const sections = new Map(
    (tree.get(file) ?? '')
      .split(/^## /m)
      .slice(1)
      .map((section) => {
        const [title = '', ...lines] = section.split('\n');
        return [title.trim(), lines.join('\n').trim()] as const;
      }),
  );
  for (const code of codes) {
    const section = sections.get(code);
    if (section === undefined) yield { file, message: `has no paragraph "## ${code}"` };
    else if (!/^(?:\*Exit [^*]+\*)?\s*[^*\s]/.test(section))
      yield { file, message: `says nothing about ${code}` };
    else if (!/\*\*What to do:\*\* \S/.test(section))
      yield { file, message: `has no "**What to do:** …" for ${code}` };
  }
  for (const title of sections.keys())
    if (!codes.includes(title))
      yield { file, message: `has a paragraph on ${title}, which is no code` };
}

/** The cells of every row below a table's head, without code marks. */
function tableRows(markdown: string): string[][] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
  const body = rows.filter((line, index) => !isRule(line) && !isRule(rows[index + 1] ?? ''));
  return body.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('`', '').trim()),
  );
}

function isRule(line: string): boolean {
  return /^\|[\s:|-]+\|$/.test(line);
}
