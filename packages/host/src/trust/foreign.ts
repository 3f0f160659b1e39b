import { lstatSync, statSync, type Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join, relative, sep } from 'node:path';

import { ownedByOther } from '../messages.ts';
import type { Surroundings } from '../surroundings.ts';
import { checkoutOf } from './checkout.ts';

const TRUST = 'KEYTURN_TRUST';

/** The current user: whose files are trusted, and which folders of others. */
export type Asking = Pick<Surroundings, 'env' | 'uid'>;

/**
 * Rejects files and folders of another user of this machine, as git does with `safe.directory`: their content decides what keyturn
 * runs, and where it sends credentials. Root can do everything anyway; with sudo, the calling user counts, too. A link must belong to
 * the user as well. Missing files are accepted, and so is everything if users have no numbers (Windows).
 *
 * @param also another user whose files are trusted
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
    const owner = ownersOf(path).find((one) => !believed.has(one));
    if (owner === undefined || (await isTrusted(path, env[TRUST]))) continue;
    const folder = await unitOf(path);
    throw ownedByOther(path, owner, folder);
  }
}

/**
 * Rejects ledgers that belong to another user of the machine.
 *
 * @throws {KeyturnError} `FILE_UNSAFE`
 */
export async function refuseForeignLedgers(folder: string, asking: Asking): Promise<void> {
  if (asking.uid === undefined) return;
  const names = await readdir(folder).catch(() => []);
  const ledgers = names.filter((name) => /\.(?:jsonl|head)$/.test(name));
  await refuseForeign([folder, ...ledgers.map((name) => join(folder, name))], asking);
}

/** Of the path itself, and of the file that a link leads to. */
function ownersOf(path: string): number[] {
  const own = lookAt(path, lstatSync);
  if (own?.isSymbolicLink() !== true) return own === undefined ? [] : [own.uid];
  const target = lookAt(path, statSync);
  return target === undefined ? [own.uid] : [own.uid, target.uid];
}

/** At once: there are dozens of them at every start, and each wait takes longer than the look. */
function lookAt(path: string, look: (path: string) => Stats): Stats | undefined {
  try {
    return look(path);
  } catch {
    return undefined;
  }
}

/** Compares real paths: a link in a trusted folder could lead anywhere. */
async function isTrusted(path: string, trusted = ''): Promise<boolean> {
  const real = await realpath(path).catch(() => path);
  for (const folder of trusted.split(delimiter).filter((one) => isAbsolute(one))) {
    const way = relative(await realpath(folder).catch(() => folder), real);
    if (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)) return true;
  }
  return false;
}

/** The root of the checkout around a path, the unit of trust; otherwise its folder. */
async function unitOf(path: string): Promise<string> {
  const root = await checkoutOf(dirname(path));
  if (root !== undefined) return root;
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
  return isFolder ? path : dirname(path);
}
