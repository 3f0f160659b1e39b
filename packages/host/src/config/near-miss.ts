import type { Dirent } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';

import { nameNearlyRight } from '../messages.ts';

const NAME =
  /^\.?keyturn(?:[._-]?(?:config|configuration|conf|cfg|rc))?(?:\.(ya?ml|jsonc?|json5|[cm]?[jt]s))?(?:\.txt)?$/i;
/** The folders beside the search in which programs keep their configurations, besides those that are hidden. */
const FOLDERS = /^(?:\..+|configs?|ci)$/;
const MOST_FOLDERS = 50;
/** What every configuration has near its beginning, and hardly any other file. */
const CONTENT = /\brotations\b["']?\s*[:=]/;
const MOST_BYTES = 64 * 1024;

/**
 * Looks for a configuration whose name is not quite right, in the folders that were searched and in the folders that usually hold
 * configurations there. A run must not go on without a configuration that somebody wrote.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export async function refuseNearMiss(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const entries = await entriesOf(folder);
    const inner = entries
      .filter((entry) => entry.isDirectory() && entry.name !== '.git' && FOLDERS.test(entry.name))
      .slice(0, MOST_FOLDERS)
      .map(({ name }) => path.join(folder, name));
    const all = [...entries, ...(await Promise.all(inner.map(entriesOf))).flat()];
    // A link or a pipe does not count: reading one might never end.
    const near = all.filter((entry) => entry.isFile() && NAME.test(entry.name));
    for (const { parentPath, name } of near) {
      const file = path.join(parentPath, name);
      if (!(await isConfiguration(file))) continue;
      const [, extension = 'yaml'] = NAME.exec(name) ?? [];
      throw nameNearlyRight(file, folder, `keyturn.config.${usual(extension.toLowerCase())}`);
    }
  }
}

function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}

function usual(extension: string): string {
  if (extension.startsWith('json')) return 'json';
  return extension.replace(/^c/, '');
}

async function isConfiguration(file: string): Promise<boolean> {
  const opened = await open(file).catch(() => undefined);
  if (opened === undefined) return false;
  try {
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
    return CONTENT.test(buffer.toString('utf8', 0, bytesRead));
  } catch {
    return false;
  } finally {
    await opened.close();
  }
}
