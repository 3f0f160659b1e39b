import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { SinkAdapter } from '@keyturn/core';

import { importDefault } from '../config/import-module.ts';
import { moduleNotFound, notASink, sinkModuleFailed } from '../messages.ts';
import { KIND } from './target-module.ts';

/**
 * Imports a sink from a module of the user: its default export is the result of `defineSink`.
 *
 * What the module's own code throws is not passed on: it might contain a secret.
 *
 * @throws {KeyturnError} `ADAPTER_NOT_FOUND`, `ADAPTER_INVALID`
 */
export async function importSink(folder: string, path: string): Promise<SinkAdapter> {
  const file = resolve(folder, path);
  const stats = await stat(file).catch(() => undefined);
  if (stats?.isFile() !== true) throw moduleNotFound(file, folder);
  let exported: unknown;
  try {
    exported = await importDefault(file);
  } catch (error) {
    throw sinkModuleFailed(file, lacksCore(error));
  }
  if (!isSink(exported)) throw notASink(file);
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

function lacksCore(error: unknown): boolean {
  const { code, message = '' } = (error ?? {}) as { code?: unknown; message?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' && String(message).includes("'@keyturn/core'");
}
