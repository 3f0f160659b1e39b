import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import {
  folderExists,
  folderFailed,
  kindInvalid,
  kindTaken,
  scopesWithSinkPackage,
} from '../messages.ts';
import { sinkPackage } from '../scaffold/sink-package.ts';
import { ownKinds } from '@keyturn/host/session';

/** `keyturn init --sink-package NAME`: creates a package with a working sink for its author to fill in. */
export async function makeSinkPackage(
  kind: string,
  words: readonly string[],
  host: Pick<Host, 'directory' | 'stdout'>,
): Promise<ExitCode> {
  if (words.length > 0) throw scopesWithSinkPackage();
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(kind) || kind.length > 40) throw kindInvalid(kind);
  if (ownKinds('sink').includes(kind)) throw kindTaken(kind);

  const name = `keyturn-sink-${kind}`;
  const folder = join(host.directory, name);
  await makeFolder(folder);
  const files = sinkPackage(kind);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { flag: 'wx' });
  }
  const made = Object.keys(files).map((path) => `  ${name}/${path}\n`);
  host.stdout.write(`${made.join('')}\nNext: cd ${name} && npm install && npm test\n`);
  return exitCodes.done;
}

/** Never writes into an existing folder. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'EEXIST' ? folderExists(folder) : folderFailed(folder, code ?? 'unknown');
  }
}
