import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Ledgers } from './ledgers.ts';

/** Ledgers in a folder: beside the machines, or in the working folder if none is named. */
export function fileLedgers(folder?: string): Ledgers {
  return {
    env: folder === undefined ? {} : { KEYTURN_STATE: folder },
    secrets: [],
    furnish: (working) => mkdir(working),
    text: () => (folder === undefined ? Promise.resolve('') : textOf(folder)),
    close: () => Promise.resolve(),
  };
}

async function textOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  // What a dead process left in a lock is tidied up by whoever comes by.
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/[.-](?:keyturn-)?(?:lock|hall)(?:\/|$)/.test(path))
    .toSorted();
  const texts = await Promise.all(
    paths.map(async (path) => `${path}\n${await readFile(path, 'latin1').catch(() => '')}`),
  );
  return texts.join('\n');
}
