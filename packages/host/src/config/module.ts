import { fileURLToPath, pathToFileURL } from 'node:url';

import type { KeyturnError } from '@keyturn/core';

import { unreadable, type ConfigSource } from './source.ts';

/** Runs a TypeScript or JavaScript file; its default export is the configuration, or a function or promise that gives it. */
export async function readModule(file: string): Promise<ConfigSource> {
  let value: unknown;
  try {
    const exports = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as object;
    const exported = (exports as { default?: unknown }).default;
    value = await (typeof exported === 'function' ? (exported as () => unknown)() : exported);
  } catch (error) {
    throw failure(file, error);
  }
  if (value === undefined)
    throw unreadable(
      file,
      'its default export gives no configuration',
      'Write: export default defineConfig({ … })',
    );
  return { file, value, locate: () => file };
}

/**
 * Only what Node says about loading the file is passed on: what its own code throws may hold anything, a secret
 * too.
 */
function failure(file: string, error: unknown): KeyturnError {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  if (!(error instanceof Error) || !isOfTheLoader(stack)) {
    const name = error instanceof Error ? error.name : typeof error;
    const where = ownPlace(file, stack);
    return unreadable(where, `its code threw a ${name}`, `See it with: node ${file}`);
  }
  const [message = ''] = error.message.split('\n');
  const place = /^(.+):(\d+)\n/.exec(stack);
  const [, other = file, line] = place ?? [];
  const path = other.startsWith('file:') ? fileURLToPath(other) : other;
  const where = path === file && line !== undefined ? `${file}:${line}` : file;
  const elsewhere = path === file ? '' : ` (${path}:${line})`;
  return unreadable(where, `cannot be loaded: ${message}${elsewhere}`, hintFor(message));
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

function hintFor(message: string): string {
  return message.includes("'@keyturn/cli'")
    ? 'Install it beside the file (npm install --save-dev @keyturn/cli), or export the object without defineConfig.'
    : 'Correct the file; Node runs it as it is, with the types taken out.';
}
