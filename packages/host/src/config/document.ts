import { readFile, stat } from 'node:fs/promises';

import {
  configurationNotUtf8,
  configurationTooLarge,
  configurationUnreadable,
  type Fault,
} from '../messages.ts';
import { errorOf, failed, type ConfigSource, type Reading } from './source.ts';
import { readYaml } from './yaml.ts';

const MOST_BYTES = 1024 * 1024;

/** Reads a YAML or JSON file. JSON is read as YAML, which it is, to know the places of keys. */
export async function readDocument(file: string): Promise<Reading> {
  try {
    if ((await stat(file)).size > MOST_BYTES) return failed(file, configurationTooLarge);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
    return readYaml(file, text);
  } catch (error) {
    const fault = faultOf((error as NodeJS.ErrnoException).code);
    if (fault === undefined) throw error;
    return failed(file, fault);
  }
}

function faultOf(code: string | undefined): Fault | undefined {
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return configurationNotUtf8;
  return code === undefined ? undefined : configurationUnreadable(code);
}

/** @throws {KeyturnError} `CONFIG_INVALID` for the first problem */
export function parseText(file: string, text: string): ConfigSource {
  const { source, problems } = readYaml(file, text);
  const [first] = problems;
  if (first !== undefined) throw errorOf(first, problems.length - 1);
  if (source === undefined) throw new Error('unreachable: neither a source nor a problem');
  return source;
}
