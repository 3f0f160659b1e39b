import { stat } from 'node:fs/promises';
import path from 'node:path';

import { systemClock, type Clock } from '@keyturn/core';

import { configurationNotAFile, configurationUnreadable, extensionUnknown } from '../messages.ts';
import type { Checked } from './check.ts';
import type { Config } from './config.ts';
import { failed, inOrder, type ConfigProblem, type ConfigSource, type Reading } from './source.ts';

type Reader = (file: string, clock: Clock) => Promise<Reading>;

/** A run without a configuration must not load the parsers, so they are imported on demand. */
const document: Reader = async (file) => (await import('./document.ts')).readDocument(file);
const module: Reader = async (file, clock) => (await import('./module.ts')).readModule(file, clock);

const READERS: Readonly<Record<string, Reader>> = {
  '.yaml': document,
  '.yml': document,
  '.json': document,
  '.ts': module,
  '.mts': module,
  '.js': module,
  '.mjs': module,
};

/** Whether the file is a program, so that reading it means running it. */
export function isProgram(file: string): boolean {
  return READERS[path.extname(file).toLowerCase()] === module;
}

/**
 * Reads and checks a configuration file.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` for the first problem, as `FILE:LINE:COLUMN: KEY: what` (a module has no line and
 * column), with a hint that suggests the correction
 */
export async function loadConfig(name: string, clock: Clock = systemClock): Promise<Config> {
  const { config, problems } = await examineFile(name, clock);
  if (config !== undefined) return config;
  throw (await import('./check.ts')).firstOf(problems);
}

/** A configuration file, and everything that is wrong or unusual about it. */
export interface Examined extends Checked {
  /** Its content as it was written, if it is valid. */
  readonly source?: ConfigSource;
  readonly warnings: readonly ConfigProblem[];
}

/** Reads and checks a configuration file, also behind its first problem. */
export async function examineFile(name: string, clock: Clock = systemClock): Promise<Examined> {
  const file = path.resolve(name);
  const { source, problems, warnings } = await read(file, clock);
  if (source === undefined) return { problems, warnings };
  const checked = (await import('./check.ts')).examine(source);
  const all = inOrder([...problems, ...checked.problems]);
  return all.length > 0 ? { problems: all, warnings } : { ...checked, source, warnings };
}

async function read(file: string, clock: Clock): Promise<Reading> {
  const extension = path.extname(file).toLowerCase();
  const reader = Object.hasOwn(READERS, extension) ? READERS[extension] : undefined;
  if (reader === undefined) return failed(file, extensionUnknown(Object.keys(READERS)));
  try {
    // Reading a pipe or a device might never end.
    if (!(await stat(file)).isFile()) return failed(file, configurationNotAFile);
  } catch (error) {
    return failed(file, configurationUnreadable((error as NodeJS.ErrnoException).code));
  }
  return reader(file, clock);
}
