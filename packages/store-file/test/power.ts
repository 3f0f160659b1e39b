import { cp, lstat, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

import { hooked } from './support.ts';

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/**
 * File operations, and what a power cut could take of what they did: the bytes of a file that were not synced since, and names
 * whose folder was not synced since.
 *
 * @param fails whether a sync of this path fails: it is not done then
 */
export function powered(
  fails: (path: string, count: number) => Error | undefined = () => undefined,
) {
  const bytes = new Set<string>();
  const names = new Set<string>();
  const syncs: string[] = [];
  /** What each file held when it was last synced. */
  const synced = new Map<string, Buffer>();
  const operations = hooked(async (call, path, act, parameters) => {
    if (call === 'sync' || call === 'datasync') {
      syncs.push(path);
      const error = fails(path, syncs.length);
      if (error !== undefined) throw error;
      bytes.delete(path);
      const held = await readFile(path).catch(() => undefined);
      if (held !== undefined) synced.set(path, held);
      for (const name of names) if (dirname(name) === path) names.delete(name);
      return act();
    }
    const isNew = ['open', 'mkdir'].includes(call) && !(await exists(path));
    const result = await act();
    if (isNew && (await exists(path))) names.add(path);
    if (['write', 'writeFile', 'truncate'].includes(call)) bytes.add(path);
    if (call === 'rename') {
      const to = String(parameters[1]);
      names.add(to);
      // A file takes its bytes with it under its new name.
      if (bytes.delete(path)) bytes.add(to);
      else bytes.delete(to);
      const held = synced.get(path);
      if (held === undefined) synced.delete(to);
      else synced.set(to, held);
    }
    if (call === 'unlink' || call === 'rmdir') for (const set of [bytes, names]) set.delete(path);
    return result;
  });
  /** What could be lost of a file and of the folders that lead to it. */
  const atRisk = (file: string): string[] => [
    ...[...bytes].filter((path) => path === file).map((path) => `the bytes of ${path}`),
    ...[...names]
      .filter((path) => path === file || file.startsWith(`${path}${sep}`))
      .map((path) => `the name ${path}`),
  ];
  /** Copies a folder as a power cut this instant would leave it: without any of what could be lost. */
  const copyRest = async (folder: string, to: string): Promise<void> => {
    const isKept = (path: string): boolean =>
      ![...names].some((name) => path === name || path.startsWith(`${name}${sep}`));
    await cp(folder, to, { recursive: true, filter: isKept });
    for (const path of bytes) {
      const copy = join(to, relative(folder, path));
      if (path.startsWith(`${folder}${sep}`) && (await exists(copy)))
        await writeFile(copy, synced.get(path) ?? '');
    }
  };
  return { operations, atRisk, syncs, copyRest };
}
