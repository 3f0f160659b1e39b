import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Secret, systemClock, type AdapterContext, type SecretSink } from '@keyturn/core';
import { adapterContext } from '@keyturn/core/testing';

import execSink from '../src/index.ts';

const program = fileURLToPath(new URL('put-secret.mjs', import.meta.url));
export const call = { signal: new AbortController().signal };
export const VALUE = 'pscale_tkn_CANARYcanaryCANARY';
export const entries = [
  { name: 'TOKEN_ID', value: 'k3v9x0q2abcd' },
  { name: 'TOKEN', value: new Secret(VALUE) },
] as const;

/** A folder in which the test's program stores. */
export interface Place {
  readonly folder: string;
  /** What the program does: `stall`, `deny`, `leak`, once `lose` (it stores and fails), or an exit code after it has stored. */
  mode(mode: string): void;
  write(name: string, text: string): void;
  read(name: string): unknown;
  /** The last arguments that the program was run with, in order. */
  runs(): string[];
  open(query?: string, changes?: Partial<AdapterContext>): Promise<SecretSink>;
  close(): void;
}

export function makePlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-sink-exec-'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write('store.json', '{"NEIGHBOUR":"stays"}');
  return {
    folder,
    write,
    mode: (mode) => write('mode', mode),
    read: (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown,
    runs: () =>
      existsSync(join(folder, 'runs'))
        ? readFileSync(join(folder, 'runs'), 'utf8').trimEnd().split('\n')
        : [],
    open: (query = '', changes = {}) =>
      execSink.open(`exec:${program}${query}`, contextFor(folder, changes)),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function contextFor(
  directory: string,
  changes: Partial<AdapterContext> = {},
): AdapterContext {
  return adapterContext({
    env: { PATH: process.env['PATH'] },
    fetch: () => Promise.reject(new Error('a program needs no network of ours')),
    clock: systemClock,
    directory,
    ...changes,
  });
}
