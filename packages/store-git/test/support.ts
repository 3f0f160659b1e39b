import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

import { systemClock } from '@keyturn/core';
import {
  chain,
  type Lock,
  type Machine,
  type Revision,
  type RotationEvent,
} from '@keyturn/core/ledger';
import { seededRandom } from '@keyturn/core/testing';
import { onTestFinished } from 'vitest';

import { createGitStore, type GitStoreOptions } from '../src/git-store.ts';
import type { Later } from '../src/lease.ts';
import { type Location, parseLocation } from '../src/location.ts';
import { AT, fakeMachine as machineWith } from '../../core/test/support/ledgers.ts';
import { bareRepository, temporary } from './repositories.ts';

export { errorOf } from '@keyturn/core/testing';
export { AT, labelsOf, opened, started } from '../../core/test/support/ledgers.ts';

export const LEASE = 120_000;
export const BRANCH = 'ledger';
const never = new AbortController().signal;
/** Nothing interrupts the call. */
export const o = { signal: never };

export async function freshFolder(): Promise<string> {
  const { folder, remove } = await temporary();
  onTestFinished(remove);
  return folder;
}

/** A bare repository in a folder of its own. */
export async function freshBare(): Promise<{ folder: string; bare: string }> {
  const folder = await freshFolder();
  return { folder, bare: await bareRepository(folder) };
}

function located(text: string): Location {
  const location = parseLocation(text);
  if ('problem' in location) throw new Error(location.problem);
  return location;
}

export type Store = ReturnType<typeof createGitStore>;

/** A store on the branch of a bare repository, or at another location. */
export function open(
  at: { readonly bare: string } | { readonly location: string },
  options: Partial<Omit<GitStoreOptions, 'location'>> = {},
): Store {
  const text = 'bare' in at ? `git+file://${at.bare}#${BRANCH}` : at.location;
  const store = createGitStore({
    location: located(text),
    directory: '/',
    env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1' },
    clock: systemClock,
    random: seededRandom(1),
    lease: LEASE,
    ...options,
  });
  onTestFinished(() => store.close());
  return store;
}

/** Timers that only run when a test says so. */
export function manualTimers() {
  let pending: { readonly milliseconds: number; readonly call: () => void } | undefined;
  const later: Later = (milliseconds, call) => {
    const one = { milliseconds, call };
    pending = one;
    return () => {
      if (pending === one) pending = undefined;
    };
  };
  return {
    later,
    get next() {
      return pending?.milliseconds;
    },
    fire() {
      const { call } = pending ?? {};
      pending = undefined;
      call?.();
    },
  };
}

/** A machine of this user. */
export function fakeMachine(
  pid: number,
  processes: Readonly<Record<number, 'running' | 'stopped'>> = { [pid]: 'running' },
  host?: string,
): Machine {
  return { ...machineWith(pid, processes, host), uid: process.getuid?.() };
}

export async function append(
  lock: Pick<Lock, 'append'>,
  revision: Revision,
  ...events: RotationEvent[]
): Promise<Revision> {
  return lock.append(chain(revision, events, AT), revision, { ...o, durable: 'now' });
}

export async function appendResults(
  lock: Pick<Lock, 'append'>,
  revision: Revision,
  ...events: RotationEvent[]
): Promise<Revision> {
  return lock.append(chain(revision, events, AT), revision, { ...o, durable: 'with-the-next' });
}

/** Every file below a folder with its content, mode and time. */
export async function contentsOf(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    const stats = await lstat(path);
    const content = stats.isSymbolicLink()
      ? await readlink(path)
      : stats.isFile()
        ? createHash('sha256')
            .update(await readFile(path))
            .digest('hex')
        : '';
    found.set(name, `${stats.mode} ${stats.isDirectory() ? '' : stats.mtimeMs} ${content}`);
  }
  return found;
}
