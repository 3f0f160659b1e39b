import { stat } from 'node:fs/promises';
import path from 'node:path';

import type { Config } from './config.ts';
import { unreadable, type ConfigSource } from './source.ts';

type Reader = (file: string) => Promise<ConfigSource>;

/** A run without a configuration must not pay for the parsers: they are imported by the file that needs them. */
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

/** Whether reading it is running it. */
export function isProgram(file: string): boolean {
  return READERS[path.extname(file).toLowerCase()] === module;
}

/**
 * Reads and checks a configuration file.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` for the first thing that is wrong, as `FILE:LINE:COLUMN: KEY: what`
 * (a module has no line and column), with a hint that names the nearest thing that is right
 */
export async function loadConfig(name: string): Promise<Config> {
  const file = path.resolve(name);
  const extension = path.extname(file).toLowerCase();
  const read = Object.hasOwn(READERS, extension) ? READERS[extension] : undefined;
  if (read === undefined)
    throw unreadable(
      file,
      'a configuration is YAML, JSON, TypeScript or JavaScript',
      `Give it one of the extensions ${Object.keys(READERS).join(', ')}.`,
    );
  await expectFile(file);
  const source = await read(file);
  const { checkConfig } = await import('./check.ts');
  return checkConfig(source);
}

/** A pipe or a device would be waited for without end. */
async function expectFile(file: string): Promise<void> {
  try {
    if ((await stat(file)).isFile()) return;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw unreadable(file, `cannot be read (${code})`, 'Check the path and who may read it.');
  }
  throw unreadable(file, 'is not a file');
}
