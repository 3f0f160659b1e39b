import { lstat, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { refuseForeign, type Asking } from '../trust/foreign.ts';
import type { FoundAdapter } from './discover.ts';

/**
 * Rejects an adapter whose code another user of the machine could replace. Checks its file, the folders around it up to
 * `node_modules`, and the folder in which it was found.
 *
 * @throws {KeyturnError} `FILE_UNSAFE`
 */
export async function refuseForeignAdapter(
  { packageName, from }: Pick<FoundAdapter, 'packageName' | 'from'>,
  file: string,
  asking: Asking,
  ownFolder: string,
): Promise<void> {
  // Packages beside the program are as trustworthy as the program itself.
  const own = from === ownFolder ? (await stat(ownFolder)).uid : undefined;
  await refuseForeign([...foldersOf(file), ...(await linkOf(packageName, from))], asking, own);
}

/** @throws {KeyturnError} `FILE_UNSAFE` */
export async function refuseForeignModule(file: string, asking: Asking): Promise<void> {
  await refuseForeign([file, dirname(file)], asking);
}

function foldersOf(file: string): string[] {
  const parts = file.split(/(?=[/\\])/);
  const first = parts.findIndex((part) => /^[/\\]node_modules$/.test(part));
  if (first < 0) return [file, dirname(file)];
  return parts.flatMap((_, i) => (i < first ? [] : [parts.slice(0, i + 1).join('')]));
}

/** Some package managers install a link to another folder. */
async function linkOf(packageName: string, from: string): Promise<string[]> {
  for (let folder = from; ; folder = dirname(folder)) {
    const modules = join(folder, 'node_modules');
    const link = join(modules, packageName);
    if ((await lstat(link).catch(() => undefined)) !== undefined) return [modules, link];
    if (dirname(folder) === folder) return [];
  }
}
