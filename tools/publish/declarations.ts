// Removes the type declarations of a built package that nobody can reach from its exports: node ../../tools/publish/declarations.ts
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** The declarations that these lead to, themselves included. */
export function reachable(
  entries: readonly string[],
  textOf: (path: string) => string | undefined,
): Set<string> {
  const found = new Set<string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const text = found.has(path) ? undefined : textOf(path);
    if (text === undefined) continue;
    found.add(path);
    for (const [, specifier = ''] of text.matchAll(/(?:from|import\(|import) ?["'](\.[^"']+)["']/g))
      waiting.push(join(dirname(path), specifier.replace(/\.[jt]s$/, '.d.ts')));
  }
  return found;
}

/** The declarations that the exports of a manifest name, relative to its folder. */
function entriesOf(exports: unknown): string[] {
  if (typeof exports === 'string') return exports.endsWith('.d.ts') ? [join(exports)] : [];
  if (typeof exports !== 'object' || exports === null) return [];
  return Object.values(exports).flatMap((inner) => entriesOf(inner));
}

if (import.meta.main) {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: unknown };
  const kept = reachable(entriesOf(exports), (path) =>
    existsSync(path) ? readFileSync(path, 'utf8') : undefined,
  );
  for await (const path of glob('dist/**/*.d.ts')) if (!kept.has(path)) rmSync(resolve(path));
}
