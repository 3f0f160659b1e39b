import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { nearest, type Environment } from '@keyturn/core';

import { configurationAmbiguous, configurationNotFound } from '../messages.ts';
import { refuseForeign } from '../trust/foreign.ts';
import { refuseNearMiss } from './near-miss.ts';

const EXTENSIONS = ['ts', 'mts', 'js', 'mjs', 'json', 'yaml', 'yml'] as const;

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
    const found = await configsIn(folder);
    if (found.length > 1) {
      const names = found.map((file) => path.basename(file));
      throw configurationAmbiguous(folder, names);
    }
    if (found.length === 1) return found[0];
    if (path.dirname(folder) === folder || (await exists(path.join(folder, '.git'), 'any'))) break;
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

async function configsIn(folder: string): Promise<string[]> {
  const files = EXTENSIONS.map((extension) => path.join(folder, `keyturn.config.${extension}`));
  const present = await Promise.all(files.map((file) => exists(file, 'file')));
  return files.filter((_, index) => present[index]);
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
