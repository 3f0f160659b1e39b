import { fileURLToPath, pathToFileURL } from 'node:url';

import type { Clock } from '@keyturn/core';
import { formatDuration } from '@keyturn/core/unstable';

import {
  globalOfCommonJs,
  moduleNotLoaded,
  moduleStalled,
  moduleThrew,
  nothingExported,
} from '../messages.ts';
import { importDefault } from './import-module.ts';
import { failed, type Place, type Reading } from './source.ts';

/** How long the code of a configuration may take. */
const PATIENCE = 30_000;

/** Runs a TypeScript or JavaScript file; its default export is the configuration, or a function or promise that returns it. */
export async function readModule(file: string, clock: Clock): Promise<Reading> {
  const done = new AbortController();
  const late = Symbol('late');
  try {
    // What waits for nothing would let Node end as if all had gone well.
    const limit = clock.sleep(PATIENCE, done.signal).then(() => late);
    limit.catch(() => {});
    const value = await Promise.race([valueOf(file), limit]);
    if (value === late) return failed(file, moduleStalled(formatDuration(PATIENCE)));
    if (value === undefined || value === null) return failed(file, nothingExported);
    return { source: { file, value, locate: () => ({ file }) }, problems: [], warnings: [] };
  } catch (error) {
    return failure(file, error);
  } finally {
    done.abort();
  }
}

async function valueOf(file: string): Promise<unknown> {
  const exported = await importDefault(file);
  return typeof exported === 'function' ? (exported as () => unknown)() : exported;
}

/** Only Node's errors about loading the file are passed on: what the file's own code throws might contain a secret. */
function failure(file: string, error: unknown): Reading {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  if (!(error instanceof Error) || !isOfTheLoader(stack)) {
    const name = error instanceof Error ? error.name : typeof error;
    const fault = commonJsIn(error) ?? moduleThrew(name, file);
    return { problems: [{ place: ownPlace(file, stack), key: '', ...fault }], warnings: [] };
  }
  const [message = ''] = error.message.split('\n');
  const [, other = file, line] = /^(.+):(\d+)\n/.exec(stack) ?? [];
  const path = other.startsWith('file:') ? fileURLToPath(other) : other;
  const isOwn = path === file && line !== undefined;
  const elsewhere = path === file ? '' : ` (${path}:${line})`;
  const place: Place = isOwn ? { file, line: Number(line) } : { file };
  return {
    problems: [{ place, key: '', ...moduleNotLoaded(message, elsewhere) }],
    warnings: [],
  };
}

/** Node's own message, for example: module is not defined in ES module scope. */
function commonJsIn(error: unknown) {
  if (!(error instanceof ReferenceError)) return undefined;
  const [, name] =
    /^(module|exports|require|__dirname|__filename) is not defined\b/.exec(error.message) ?? [];
  return name === undefined ? undefined : globalOfCommonJs(name);
}

function isOfTheLoader(stack: string): boolean {
  return /^\s+at .*$/m.exec(stack)?.[0].includes('node:internal/modules/') ?? false;
}

/** Of an ES module, by its address; of a CommonJS module, by its path. */
function ownPlace(file: string, stack: string): Place {
  for (const name of [pathToFileURL(file).href, file]) {
    const start = stack.indexOf(`${name}:`);
    const [, line, column] =
      start < 0 ? [] : (/^:(\d+):(\d+)/.exec(stack.slice(start + name.length)) ?? []);
    if (line !== undefined) return { file, line: Number(line), column: Number(column) };
  }
  return { file };
}
