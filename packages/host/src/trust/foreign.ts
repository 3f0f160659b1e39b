import type { Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join, relative, sep } from 'node:path';

import { KeyturnError } from '@keyturn/core';
import type { Surroundings } from '../surroundings.ts';

const TRUST = 'KEYTURN_TRUST';

/** Who asks: whose files are believed, and which folders of others. */
export type Asking = Pick<Surroundings, 'env' | 'uid'>;

/**
 * Refuses files and folders of another user of this machine, as git does with `safe.directory`: what stands in them decides what
 * keyturn runs, and where it sends a credential. Root may do everything anyway; the user who called sudo is who asks. A link must
 * be one's own too. What is not there is no obstacle, and neither is anything where users have no numbers (Windows).
 *
 * @param also a further user whose files are believed
 * @throws {KeyturnError} `FILE_UNSAFE`
 */
export async function refuseForeign(
  paths: readonly string[],
  { uid, env }: Asking,
  also?: number,
): Promise<void> {
  if (uid === undefined) return;
  const believed = new Set([uid, 0, also, uid === 0 ? Number(env['SUDO_UID'] ?? uid) : uid]);
  for (const path of paths) {
    const owner = (await ownersOf(path)).find((one) => !believed.has(one));
    if (owner === undefined || (await isTrusted(path, env[TRUST]))) continue;
    const folder = await checkoutOf(path);
    throw new KeyturnError('FILE_UNSAFE', `${path} belongs to another user (uid ${owner})`, {
      hint: `If you trust that user with what keyturn does for you, set ${TRUST}=${folder}`,
      effect: 'none',
    });
  }
}

/**
 * Refuses ledgers that another user of the machine has written.
 *
 * @throws {KeyturnError} `FILE_UNSAFE`
 */
export async function refuseForeignLedgers(folder: string, asking: Asking): Promise<void> {
  if (asking.uid === undefined) return;
  const names = await readdir(folder).catch(() => []);
  const ledgers = names.filter((name) => /\.(?:jsonl|head)$/.test(name));
  await refuseForeign([folder, ...ledgers.map((name) => join(folder, name))], asking);
}

/** Of the name itself, and of what it leads to. */
async function ownersOf(path: string): Promise<number[]> {
  const looks: readonly (Stats | undefined)[] = await Promise.all(
    [lstat, stat].map((look) => look(path).catch(() => undefined)),
  );
  return looks.flatMap((found) => (found === undefined ? [] : [found.uid]));
}

/** Both sides without links: one in a folder that is trusted may lead anywhere. */
async function isTrusted(path: string, trusted = ''): Promise<boolean> {
  const real = await realpath(path).catch(() => path);
  for (const folder of trusted.split(delimiter).filter((one) => isAbsolute(one))) {
    const way = relative(await realpath(folder).catch(() => folder), real);
    if (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)) return true;
  }
  return false;
}

/** The root of the checkout around a path, which is what is trusted or not; else its folder. */
async function checkoutOf(path: string): Promise<string> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((await lstat(join(folder, '.git')).catch(() => undefined)) !== undefined) return folder;
    if (dirname(folder) === folder) break;
  }
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
  return isFolder ? path : dirname(path);
}
