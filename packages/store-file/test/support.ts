import type { FileHandle } from 'node:fs/promises';
import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { Clock } from '@keyturn/core';
import { chain, EMPTY, type Lock, type Revision, type RotationEvent } from '@keyturn/core/ledger';
import { onTestFinished } from 'vitest';

import { createFileStore, type FileStoreOptions } from '../src/file-store.ts';
import { type FileOperations, fileOperations } from '../src/operations.ts';
import { AT, opened, started } from '../../core/test/support/ledgers.ts';

export {
  AT,
  collect,
  fakeMachine,
  labelsOf,
  opened,
  started,
} from '../../core/test/support/ledgers.ts';

export const LEASE = 120_000;

export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'state');
}

export interface ManualClock extends Clock {
  time: number;
}

/** A clock that stands still until it is set. */
export function manualClock(): ManualClock {
  const clock: ManualClock = {
    time: Date.now(),
    now: () => clock.time,
    sleep: () => Promise.reject(new Error('nothing here sleeps')),
  };
  return clock;
}

export function open(options: Partial<FileStoreOptions> & { folder: string }) {
  return createFileStore({ clock: manualClock(), lease: LEASE, ...options });
}

export async function append(
  lock: Lock,
  revision: Revision,
  ...events: RotationEvent[]
): Promise<Revision> {
  return lock.append(chain(revision, events, AT), revision);
}

/** Writes a ledger of so many chapters, two records each. */
export async function writeChapters(folder: string, chapters: number, rotation = 'one') {
  const lock = await open({ folder }).lock(rotation, 'writer');
  const events = Array.from({ length: chapters }, (_, number) => [
    opened(rotation),
    started(`label-${number}`),
  ]).flat();
  const revision = await append(lock, EMPTY, ...events);
  await lock.release();
  return revision;
}

export async function linesOf(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8')).split('\n').slice(0, -1);
}

/** The error of the operating system. */
export function systemError(errno: string): Error {
  return Object.assign(new Error(`${errno}: planted`), { code: errno });
}

type Method = 'write' | 'datasync' | 'sync' | 'truncate' | 'read' | 'writeFile' | 'close' | 'stat';
type Hook = (
  call: string,
  path: string,
  act: () => Promise<unknown>,
  parameters: readonly unknown[],
) => Promise<unknown>;

/** File operations of which each goes through `hook`: `open`, `rename`, …, and on open files `write`, `datasync`, …. */
export function hooked(hook: Hook): FileOperations {
  const wrapHandle = (handle: FileHandle, path: string): FileHandle =>
    new Proxy(handle, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return (...parameters: unknown[]) =>
          hook(
            key as Method,
            path,
            async () => value.apply(target, parameters) as unknown,
            parameters,
          );
      },
    });
  return new Proxy(fileOperations, {
    get(target, key) {
      const value = Reflect.get(target, key, target) as (...parameters: unknown[]) => unknown;
      return async (...parameters: unknown[]) => {
        const path = String(parameters[0]);
        const result = await hook(String(key), path, async () => value(...parameters), parameters);
        return key === 'open' ? wrapHandle(result as FileHandle, path) : result;
      };
    },
  });
}

/** File operations on a file system that stamps what is written by a clock of its own, in steps of `resolution` milliseconds. */
export function stampedBy(clock: Clock, resolution = 1, hook: Hook = (_, __, act) => act()) {
  const stamp = async (path: string): Promise<void> => {
    const seconds = (Math.floor(clock.now() / resolution) * resolution) / 1000;
    await utimes(path, seconds, seconds).catch(() => {});
  };
  return hooked((call, path, act, parameters) => {
    const stamped = async (): Promise<unknown> => {
      const result = await act();
      if (['write', 'writeFile', 'mkdir'].includes(call)) await stamp(path);
      if (call === 'writeFile') await stamp(dirname(path));
      return result;
    };
    return hook(call, path, stamped, parameters);
  });
}

/** Makes whoever holds the lock look as if the last sign of life was so many milliseconds ago. */
export async function silence(folder: string, milliseconds: number, rotation = 'one') {
  const lock = join(folder, `${rotation}.lock`);
  const then = (Date.now() - milliseconds) / 1000;
  for (const lockFile of await readdir(lock).catch(() => []))
    await utimes(join(lock, lockFile), then, then);
}

export function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
