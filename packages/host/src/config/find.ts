import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { nearest, type Environment } from '@keyturn/core';

import { configurationAmbiguous, configurationNotFound } from '../messages.ts';
import { refuseForeign } from '../trust/foreign.ts';
import { refuseNearMiss } from './near-miss.ts';

const NAMES = ['ts', 'mts', 'js', 'mjs', 'json', 'yaml', 'yml'].map(
  (extension) => `keyturn.config.${extension}`,
);

export interface FindConfigOptions {
  /** The folder in which the search starts, and from which relative paths start. */
  readonly directory: string;
  /** The file that the user named. */
  readonly explicit?: string | undefined;
  /** `KEYTURN_CONFIG` can name the file, too. */
  readonly env: Environment;
  /** The number of the current user: files of others are rejected. Undefined if users have no numbers. */
  readonly uid?: number | undefined;
}

/**
 * Finds the configuration: the named file, or `keyturn.config.*` in the folder or the nearest one above it, up to the root of the
 * checkout (a folder with `.git`). Undefined if there is none.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` for a named file that does not exist, for two files in one folder, and for a configuration
 * under a name that is nearly right; `FILE_UNSAFE` for a
 * file or a folder that belongs to another user
 */
export async function findConfig(options: FindConfigOptions): Promise<string | undefined> {
  const file = await look(options);
  if (file !== undefined) await refuseForeign([file, path.dirname(file)], options);
  return file;
}

async function look(options: FindConfigOptions): Promise<string | undefined> {
  const { explicit, env } = options;
  const directory = path.resolve(options.directory);
  if (explicit !== undefined) return named(directory, explicit);
  const fromEnvironment = env['KEYTURN_CONFIG'];
  if (fromEnvironment !== undefined && fromEnvironment !== '')
    return named(directory, fromEnvironment, 'KEYTURN_CONFIG');

  const searched: string[] = [];
  for (let folder = directory; ; folder = path.dirname(folder)) {
    searched.push(folder);
    // Most folders have none of these names: one look is enough. Where the names are not shown, each is tried.
    const names = new Set(await readdir(folder).catch(() => [...NAMES, '.git']));
    const found = await filesIn(
      folder,
      NAMES.filter((name) => names.has(name)),
    );
    if (found.length > 1) throw configurationAmbiguous(folder, found);
    const [name] = found;
    if (name !== undefined) return path.join(folder, name);
    const isRoot = names.has('.git') && (await exists(path.join(folder, '.git'), 'any'));
    if (isRoot || path.dirname(folder) === folder) break;
  }
  await refuseNearMiss(searched);
  return undefined;
}

async function named(directory: string, text: string, origin?: string): Promise<string> {
  const file = path.resolve(directory, text);
  if (await exists(file, 'file')) return file;
  const beside = await readdir(path.dirname(file)).catch(() => []);
  throw configurationNotFound(file, directory, origin, nearest(path.basename(file), beside));
}

async function filesIn(folder: string, names: readonly string[]): Promise<string[]> {
  const present = await Promise.all(names.map((name) => exists(path.join(folder, name), 'file')));
  return names.filter((_, index) => present[index]);
}

/** A file that cannot be inspected counts as missing. */
async function exists(file: string, type: 'file' | 'any'): Promise<boolean> {
  try {
    const stats = await stat(file);
    return type === 'any' || stats.isFile();
  } catch {
    return false;
  }
}
