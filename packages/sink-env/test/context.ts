import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type AdapterContext, Secret, type SecretSink } from '@keyturn/core';
import { adapterContext } from '@keyturn/core/testing';
import { onTestFinished } from 'vitest';

import envSink from '../src/index.ts';

export const call = { signal: new AbortController().signal };
export const NAME = 'PLANETSCALE_SERVICE_TOKEN';
export const CANARY = 'pscale_tkn_CANARYcanaryCANARY';

/** What the host gives, with a clock that stands still. */
export function contextFor(
  directory: string,
  changes: Partial<AdapterContext> = {},
): AdapterContext {
  const now = Date.now();
  return adapterContext({
    env: { PATH: process.env['PATH'] },
    fetch: () => Promise.reject(new Error('an env file needs no network')),
    clock: { now: () => now, sleep: () => Promise.resolve() },
    directory,
    ...changes,
  });
}

export function openSink(
  target: string,
  directory: string,
  changes?: Partial<AdapterContext>,
): Promise<SecretSink> {
  return envSink.open(target, contextFor(directory, changes));
}

/** A folder of the test's own. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-sink-env-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const entry = (name: string, value: string) => ({ name, value: new Secret(value) });
