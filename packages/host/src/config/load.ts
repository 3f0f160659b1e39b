import { stat } from 'node:fs/promises';
import path from 'node:path';

import type { Config } from './config.ts';
import { configurationNotAFile, configurationUnreadable, extensionUnknown } from '../messages.ts';
import type { ConfigSource } from './source.ts';

type Reader = (file: string) => Promise<ConfigSource>;

/** A run without a configuration must not load the parsers, so they are imported on demand. */
const document: Reader = async (file) => (await import('./document.ts')).readDocument(file);
const module: Reader = async (file) => (await import('./module.ts')).readModule(file);

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
export async function loadConfig(name: string): Promise<Config> {
  const file = path.resolve(name);
  const extension = path.extname(file).toLowerCase();
  const read = Object.hasOwn(READERS, extension) ? READERS[extension] : undefined;
  if (read === undefined) throw extensionUnknown(file, Object.keys(READERS));
  await expectFile(file);
  const source = await read(file);
  const { checkConfig } = await import('./check.ts');
  return checkConfig(source);
}

/** Reading a pipe or a device might never end. */
async function expectFile(file: string): Promise<void> {
  try {
    if ((await stat(file)).isFile()) return;
  } catch (error) {
    throw configurationUnreadable(file, (error as NodeJS.ErrnoException).code);
  }
  throw configurationNotAFile(file);
}
