import { stat } from 'node:fs/promises';
import path from 'node:path';

import { KeyturnError, type Environment } from '@keyturn/core';

import { refuseForeign } from '../trust/foreign.ts';

const EXTENSIONS = ['ts', 'mts', 'js', 'mjs', 'json', 'yaml', 'yml'] as const;

export interface FindConfigOptions {
  /** Where the search starts, and where relative paths start from. */
  readonly directory: string;
  /** The file that the user named. */
  readonly explicit?: string | undefined;
  /** `KEYTURN_CONFIG` names a file as well. */
  readonly env: Environment;
  /** The number of the user that asks: what others wrote is refused. Undefined where users have none. */
  readonly uid?: number | undefined;
}

/**
 * Finds the configuration: the file that was named, or `keyturn.config.*` in the folder or the nearest one above it, up
 * to the root of the checkout (a folder with `.git`). Undefined where there is none.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` for a named file that is not there, and for two files in one folder; `FILE_UNSAFE` for one
 * that belongs to another user, or is in a folder that does
 */
export async function findConfig(options: FindConfigOptions): Promise<string | undefined> {
  const file = await look(options);
  if (file !== undefined) await refuseForeign([file, path.dirname(file)], options);
  return file;
}

async function look(options: FindConfigOptions): Promise<string | undefined> {
  const { explicit, env } = options;
  const directory = path.resolve(options.directory);
  if (explicit !== undefined) return named(directory, explicit, '');
  const fromEnvironment = env['KEYTURN_CONFIG'];
  if (fromEnvironment !== undefined && fromEnvironment !== '')
    return named(directory, fromEnvironment, ' (from KEYTURN_CONFIG)');

  for (let folder = directory; ; folder = path.dirname(folder)) {
    const found = await configsIn(folder);
    if (found.length > 1) throw ambiguous(folder, found);
    if (found.length === 1) return found[0];
    if (path.dirname(folder) === folder || (await exists(path.join(folder, '.git'), 'any')))
      return undefined;
  }
}

async function named(directory: string, text: string, origin: string): Promise<string> {
  const file = path.resolve(directory, text);
  if (await exists(file, 'file')) return file;
  throw new KeyturnError('CONFIG_INVALID', `${file}: there is no such file${origin}`, {
    hint: `Check the path; a relative one starts at ${directory}.`,
    effect: 'none',
  });
}

async function configsIn(folder: string): Promise<string[]> {
  const files = EXTENSIONS.map((extension) => path.join(folder, `keyturn.config.${extension}`));
  const present = await Promise.all(files.map((file) => exists(file, 'file')));
  return files.filter((_, index) => present[index]);
}

/** What cannot be looked at is not there for us. */
async function exists(file: string, type: 'file' | 'any'): Promise<boolean> {
  try {
    const stats = await stat(file);
    return type === 'any' || stats.isFile();
  } catch {
    return false;
  }
}

function ambiguous(folder: string, files: readonly string[]): KeyturnError {
  const names = files.map((file) => path.basename(file)).join(' and ');
  return new KeyturnError('CONFIG_INVALID', `${folder}: ${names} are both there`, {
    hint: 'Keep one of them, or name the one that is meant in KEYTURN_CONFIG.',
    effect: 'none',
  });
}
