import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The root of the checkout that a folder is in; undefined outside of one. */
export async function checkoutOf(directory: string): Promise<string | undefined> {
  for (let folder = directory; ; folder = dirname(folder)) {
    if ((await lstat(join(folder, '.git')).catch(() => undefined)) !== undefined) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
