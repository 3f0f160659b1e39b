import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import type { Surroundings } from '@keyturn/host';
import { findConfig } from '@keyturn/host/config';
import { configFile, configurationMissing } from '@keyturn/host/session';

import { configurationGone, noConfigurations } from './messages.ts';

/** Where the configurations of a fleet are. */
export interface Where {
  /** The one configuration. @default found by its name */
  readonly config?: string;
  /** Or a folder: each of its folders may have a configuration. */
  readonly configs?: string;
}

/** The name of the only configuration. */
const ONLY = '';

/** A folder's name, as a job may have it: a job is data that others can write, and must lead nowhere else. */
const NAME = /^[a-z0-9_][\w.-]{0,200}$/i;

/**
 * The names of all configurations.
 *
 * @throws {KeyturnError} `USAGE_INVALID` if there is none
 */
export async function configurationNames(
  { configs }: Where,
  surroundings: Surroundings,
): Promise<readonly string[]> {
  if (configs === undefined) return [ONLY];
  const folder = resolve(surroundings.directory, configs);
  const found: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const { name } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
    if (NAME.test(name) && (await fileIn(folder, name, surroundings)) !== undefined)
      found.push(name);
  if (found.length === 0) throw noConfigurations(folder);
  return found;
}

/** @throws {KeyturnError} `CONFIG_INVALID` if it is not there, `FILE_UNSAFE` */
export async function configurationFile(
  name: string,
  { config, configs }: Where,
  surroundings: Surroundings,
): Promise<string> {
  if (configs === undefined) {
    const file = await configFile(config === undefined ? {} : { config }, surroundings);
    if (file === undefined) throw configurationMissing(surroundings.directory);
    return file;
  }
  const folder = resolve(surroundings.directory, configs);
  const file = NAME.test(name) ? await fileIn(folder, name, surroundings) : undefined;
  if (file === undefined) throw configurationGone(name);
  return file;
}

async function fileIn(
  folder: string,
  name: string,
  { uid }: Surroundings,
): Promise<string | undefined> {
  const directory = join(folder, name);
  const file = await findConfig({ directory, env: {}, uid });
  // The search goes on in the folders above.
  return file !== undefined && dirname(file) === directory ? file : undefined;
}
