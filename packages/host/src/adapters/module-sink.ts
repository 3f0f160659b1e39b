import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { KeyturnError, type SinkAdapter } from '@keyturn/core';

import { KIND } from './target-module.ts';

/**
 * Imports a sink from a module of the user's: its default export is what `defineSink` gives.
 *
 * What the module's own code throws is not passed on: it may hold anything, a secret too.
 *
 * @throws {KeyturnError} `ADAPTER_NOT_FOUND`, `ADAPTER_INVALID`
 */
export async function importSink(folder: string, path: string): Promise<SinkAdapter> {
  const file = resolve(folder, path);
  const stats = await stat(file).catch(() => undefined);
  if (stats?.isFile() !== true)
    throw new KeyturnError('ADAPTER_NOT_FOUND', `${file}: there is no such file`, {
      hint: `Check the path of the sink's module; a relative one starts at ${folder}.`,
      effect: 'none',
    });
  let exported: unknown;
  try {
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as object;
    exported = (module as { default?: unknown }).default;
  } catch (error) {
    throw invalid(file, 'loading it fails', hintFor(file, error));
  }
  if (!isSink(exported))
    throw invalid(
      file,
      'its default export is no sink of version 1',
      'Write: export default defineSink({ … }), with defineSink of @keyturn/core',
    );
  return exported;
}

function isSink(value: unknown): value is SinkAdapter {
  const { specVersion, role, kind, open, infer } = (value ?? {}) as Record<string, unknown>;
  return (
    specVersion === 1 &&
    role === 'sink' &&
    typeof kind === 'string' &&
    KIND.test(kind) &&
    typeof open === 'function' &&
    typeof infer === 'function'
  );
}

function hintFor(file: string, error: unknown): string {
  const { code, message = '' } = (error ?? {}) as { code?: unknown; message?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' && String(message).includes("'@keyturn/core'")
    ? 'Install what it imports: npm install --save-dev @keyturn/core'
    : `See why with: node ${file}`;
}

function invalid(file: string, why: string, hint: string): KeyturnError {
  return new KeyturnError('ADAPTER_INVALID', `${file} cannot be used: ${why}`, {
    hint,
    effect: 'none',
  });
}
