import { fileURLToPath, pathToFileURL } from 'node:url';

import type { KeyturnError } from '@keyturn/core';

import { moduleNotLoaded, moduleThrew, nothingExported } from '../messages.ts';
import type { ConfigSource } from './source.ts';

/** Runs a TypeScript or JavaScript file; its default export is the configuration, or a function or promise that returns it. */
export async function readModule(file: string): Promise<ConfigSource> {
  let value: unknown;
  try {
    const exports = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as object;
    const exported = (exports as { default?: unknown }).default;
    value = await (typeof exported === 'function' ? (exported as () => unknown)() : exported);
  } catch (error) {
    throw failure(file, error);
  }
  if (value === undefined) throw nothingExported(file);
  return { file, value, locate: () => file };
}

/**
 * Only Node's errors about loading the file are passed on: what the file's own code throws might contain a secret.
 */
function failure(file: string, error: unknown): KeyturnError {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  if (!(error instanceof Error) || !isOfTheLoader(stack)) {
    const name = error instanceof Error ? error.name : typeof error;
    return moduleThrew(ownPlace(file, stack), name, file);
  }
  const [message = ''] = error.message.split('\n');
  const place = /^(.+):(\d+)\n/.exec(stack);
  const [, other = file, line] = place ?? [];
  const path = other.startsWith('file:') ? fileURLToPath(other) : other;
  const where = path === file && line !== undefined ? `${file}:${line}` : file;
  const elsewhere = path === file ? '' : ` (${path}:${line})`;
  return moduleNotLoaded(where, message, elsewhere);
}

function isOfTheLoader(stack: string): boolean {
  return /^\s+at .*$/m.exec(stack)?.[0].includes('node:internal/modules/') ?? false;
}

function ownPlace(file: string, stack: string): string {
  const url = pathToFileURL(file).href;
  const start = stack.indexOf(`${url}:`);
  const [, line, column] =
    start < 0 ? [] : (/^:(\d+):(\d+)/.exec(stack.slice(start + url.length)) ?? []);
  return line === undefined ? file : `${file}:${line}:${column}`;
}
