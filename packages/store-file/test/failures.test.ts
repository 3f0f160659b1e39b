import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type KeyturnError, systemClock, systemRandom } from '@keyturn/core';
import { chain, EMPTY, type StateStore } from '@keyturn/core/ledger';
import { beforeEach, describe, expect, it } from 'vitest';

import storeAdapter from '../src/index.ts';
import { storeFailed } from '../src/messages.ts';
import type { FileOperations } from '../src/operations.ts';
import {
  append,
  AT,
  collect,
  fakeMachine,
  freshFolder,
  hooked,
  labelsOf,
  LEASE,
  open,
  opened,
  silence,
  started,
  systemError,
  writeChapters,
} from './support.ts';

let folder: string;
let ledger: string;
beforeEach(async () => {
  folder = await freshFolder();
  ledger = join(folder, 'one.jsonl');
});

const failureOf = (work: Promise<unknown>): Promise<KeyturnError> =>
  work.then(
    () => expect.fail('it succeeded'),
    (error: unknown) => error as KeyturnError,
  );

describe('a disk that fails', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EIO'])('at any one call with %s loses nothing', async (errno) => {
    const revision = await writeChapters(folder, 2);
    let failing = 1;
    for (let hasFailed = true; hasFailed; failing++) {
      let count = 0;
      const operations = hooked(async (name, _, act) => {
        if (++count !== failing) return act();
        if (name === 'close') await act();
        throw systemError(errno);
      });
      const before = await readFile(ledger, 'utf8');
      const acknowledged: string[] = [];
      const error = await appendTwo(operations, `${failing}`, acknowledged);
      hasFailed = count >= failing;
      expect([undefined, 'STATE_FAILED']).toContain(error?.code);
      expect(error?.message ?? '').not.toContain('\n');
      expect(error?.hint).not.toBe('');
      expect((await readFile(ledger, 'utf8')).startsWith(before)).toBe(true);
      const labels = labelsOf(await collect(open({ folder }).history('one')));
      expect(labels).toEqual(expect.arrayContaining(acknowledged));
      // If the lock could not be removed, it expires.
      await silence(folder, 2 * LEASE);
      const machine = fakeMachine(2, { 2: 'running' });
      const lock = await open({ folder, machine }).lock('one', 'next');
      await lock.release();
    }
    expect(revision).toMatch(/^4:/);
    expect(failing).toBeGreaterThan(40);
  });

  it.each(['ENOSPC', 'EIO'])('at any one call with %s lets nobody claim twice', async (errno) => {
    let failing = 1;
    for (let hasFailed = true; hasFailed; failing++) {
      let count = 0;
      const operations = hooked((_, __, act) =>
        ++count === failing ? Promise.reject(systemError(errno)) : act(),
      );
      const claim = async (store: Pick<StateStore, 'claim'>): Promise<boolean | string> =>
        store.claim('one', `key ${failing}`).catch((error: KeyturnError) => error.code);
      const first = await claim(open({ folder, operations }));
      hasFailed = count >= failing;
      expect([true, 'STATE_FAILED']).toContain(first);
      const results = [first, await claim(open({ folder })), await claim(open({ folder }))];
      expect(results.filter((result) => result === true).length).toBeLessThanOrEqual(1);
      expect(results[2]).toBe(false);
    }
    expect(failing).toBeGreaterThan(8);
  });

  async function appendTwo(
    operations: FileOperations,
    name: string,
    acknowledged: string[],
  ): Promise<KeyturnError | undefined> {
    try {
      let { revision } = await open({ folder }).open('one');
      const lock = await open({ folder, operations }).lock('one', 'x');
      try {
        for (const label of [`${name}a`, `${name}b`]) {
          revision = await append(lock, revision, started(label));
          acknowledged.push(label);
        }
      } finally {
        await lock.release();
      }
      return undefined;
    } catch (error) {
      return error as KeyturnError;
    }
  }

  it.each([
    ['write', 'ENOSPC'],
    ['datasync', 'EIO'],
  ])('puts the ledger back where %s fails with %s', async (call, errno) => {
    const revision = await writeChapters(folder, 1);
    const before = await readFile(ledger);
    let isFull = true;
    const operations = hooked((name, path, act) => {
      if (!isFull || name !== call || path !== ledger) return act();
      isFull = false;
      return act().then(() => Promise.reject(systemError(errno)));
    });
    const lock = await open({ folder, operations }).lock('one', 'x');
    const error = await failureOf(append(lock, revision, started('a')));
    expect(error).toEqual(storeFailed(ledger, errno, 'none'));
    expect(await readFile(ledger)).toEqual(before);
    await append(lock, revision, started('b'));
    expect(labelsOf((await open({ folder }).open('one')).records)).toEqual(['label-0', 'b']);
    await lock.release();
  });

  it('puts the ledger back where a part was written', async () => {
    const revision = await writeChapters(folder, 1);
    const before = await readFile(ledger);
    let isFull = true;
    const operations = hooked(async (name, path, act) => {
      if (name !== 'write' || !isFull) return act();
      isFull = false;
      await writeFile(path, '{"seq":3,"pre', { flag: 'a' });
      return { bytesWritten: 13 };
    });
    const lock = await open({ folder, operations }).lock('one', 'x');
    await expect(append(lock, revision, started('a'))).rejects.toMatchObject({
      code: 'STATE_FAILED',
      effect: 'none',
    });
    expect(await readFile(ledger)).toEqual(before);
    await lock.release();
  });

  it('puts the ledger back as it was last made durable, however many appends ago', async () => {
    const revision = await writeChapters(folder, 1);
    const before = await readFile(ledger);
    let hasFailed = false;
    const operations = hooked((name, _, act) => {
      if (name !== 'datasync' || hasFailed) return act();
      hasFailed = true;
      return Promise.reject(systemError('EIO'));
    });
    const lock = await open({ folder, operations }).lock('one', 'x');
    let last = revision;
    for (const label of ['a', 'b'])
      last = await lock.append(chain(last, [started(label)], AT), last, {
        durable: 'with-the-next',
      });
    const error = await failureOf(append(lock, last, started('c')));
    expect(error).toEqual(storeFailed(ledger, 'EIO', 'none'));
    expect(await readFile(ledger)).toEqual(before);
    await lock.release();
  });

  it('says that the effect is unknown where it cannot be put back', async () => {
    const revision = await writeChapters(folder, 1);
    const operations = hooked((name, _, act) =>
      name === 'datasync' || name === 'truncate' ? Promise.reject(systemError('EIO')) : act(),
    );
    const lock = await open({ folder, operations }).lock('one', 'x');
    await expect(append(lock, revision, started('a'))).rejects.toMatchObject({
      code: 'STATE_FAILED',
      effect: 'unknown',
    });
    await lock.release();
  });

  it('keeps the mark of a ledger of which it cannot be told whether it is there', async () => {
    const revision = await writeChapters(folder, 1);
    const mark = await readFile(join(folder, 'one.head'));
    const operations = hooked((name, path, act) =>
      name === 'lstat' && path === ledger ? Promise.reject(systemError('EIO')) : act(),
    );
    const lock = await open({ folder, operations }).lock('one', 'x');
    const error = await failureOf(append(lock, revision, started('a')));
    expect(error).toEqual(storeFailed(ledger, 'EIO', 'none'));
    expect(await readFile(join(folder, 'one.head'))).toEqual(mark);
    await lock.release();
  });

  it.each([
    ['EROFS', /read-only/],
    ['EACCES', /permission denied/],
  ])('is told in a line where nothing can be written: %s', async (errno, message) => {
    const operations = hooked((name, _, act) =>
      name === 'mkdir' ? Promise.reject(systemError(errno)) : act(),
    );
    const error = await failureOf(open({ folder, operations }).lock('one', 'x'));
    expect(error).toMatchObject({ code: 'STATE_FAILED', effect: 'none' });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/folder/);
  });
});

describe('every append', () => {
  it('is one write and one sync, whatever it holds', async () => {
    const calls: string[] = [];
    const operations = hooked((name, path, act) => {
      if (path === ledger && ['write', 'datasync', 'sync'].includes(name)) calls.push(name);
      return act();
    });
    const lock = await open({ folder, operations }).lock('one', 'x');
    const events = Array.from({ length: 500 }, (_, number) => started(`label-${number}`));
    await append(lock, EMPTY, opened(), ...events);
    expect(calls).toEqual(['write', 'datasync']);
    await lock.release();
  });

  it('of nothing touches no file, where all is durable', async () => {
    const revision = await writeChapters(folder, 1);
    const calls: string[] = [];
    let isArmed = false;
    const operations = hooked((name, path, act) => {
      if (['write', 'writeFile', 'datasync', 'sync', 'rename'].includes(name) && isArmed)
        calls.push(`${name} ${path}`);
      return act();
    });
    const lock = await open({ folder, operations }).lock('one', 'x');
    isArmed = true;
    expect(await append(lock, revision)).toBe(revision);
    expect(calls).toEqual([]);
    await lock.release();
  });

  it('notices that somebody replaced the file meanwhile', async () => {
    const revision = await writeChapters(folder, 1);
    const operations = hooked(async (name, path, act) => {
      const result = await act();
      if (name === 'datasync') {
        const text = await readFile(path);
        const { rename } = await import('node:fs/promises');
        await writeFile(`${path}.other`, text.subarray(0, 10));
        await rename(`${path}.other`, path);
      }
      return result;
    });
    const lock = await open({ folder, operations }).lock('one', 'x');
    await expect(append(lock, revision, started('a'))).rejects.toMatchObject({
      code: 'STATE_LOST',
    });
    await lock.release();
  });

  it('goes on from what the file holds, not from what it held', async () => {
    const revision = await writeChapters(folder, 1);
    const lock = await open({ folder }).lock('one', 'x');
    const next = await append(lock, revision, started('a'));
    const text = await readFile(ledger, 'utf8');
    await writeFile(ledger, text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1));
    await expect(append(lock, next, started('b'))).rejects.toMatchObject({
      code: 'STATE_CORRUPT',
    });
    await lock.release();
  });
});

describe('the folder', () => {
  it('and what is in it are for their owner alone', async () => {
    await writeChapters(folder, 1);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const file of await readdir(folder))
      expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['the folder', () => folder, 0o777, true],
    ['the folder, with the sticky bit,', () => folder, 0o1777, false],
    ['the folder, for the group,', () => folder, 0o770, false],
    ['the ledger', () => ledger, 0o666, true],
    ['the ledger, for the group,', () => ledger, 0o660, false],
  ])('of somebody else: %s is judged by who may write it', async (_, path, mode, isRefused) => {
    const revision = await writeChapters(folder, 1);
    await chmod(path(), mode);
    const machine = { ...fakeMachine(1, { 1: 'running' }), uid: 54_321 };
    const work = async (): Promise<void> => {
      const lock = await open({ folder, machine }).lock('one', 'x');
      await append(lock, revision, started('a')).finally(() => lock.release());
    };
    const error = await work().catch((thrown: unknown) => thrown as KeyturnError);
    expect(error?.code).toBe(isRefused ? 'STATE_FAILED' : undefined);
    expect(error?.effect).toBe(isRefused ? 'none' : undefined);
    expect(error?.hint ?? `chmod o-w ${path()}`).toContain(`chmod o-w ${path()}`);
  });

  it.each([
    ['link', (path: string) => symlink('/etc/hostname', path)],
    ['folder', (path: string) => mkdir(path)],
  ])('may not have a %s for a ledger', async (_, plant) => {
    await mkdir(folder);
    await plant(ledger);
    const store = open({ folder });
    await expect(store.open('one')).rejects.toMatchObject({ code: 'STATE_FAILED' });
    await expect(collect(store.history('one'))).rejects.toMatchObject({ code: 'STATE_FAILED' });
    const lock = await store.lock('one', 'x');
    await expect(append(lock, EMPTY, opened())).rejects.toMatchObject({ code: 'STATE_FAILED' });
    await lock.release();
  });

  it('may hold other files', async () => {
    await writeChapters(folder, 1);
    for (const name of ['.gitignore', 'README.md', 'Not-Ours.jsonl', 'one.jsonl.backup'])
      await writeFile(join(folder, name), 'x');
    expect(await open({ folder }).rotations()).toEqual(['one']);
  });
});

describe('the location', () => {
  const context = (directory: string) => ({
    env: {},
    fetch: () => Promise.reject(new Error('no network here')),
    clock: systemClock,
    random: systemRandom,
    directory,
    allow: new Set<string>(),
  });

  it.each([
    [undefined, '.keyturn'],
    ['ledgers/ci', 'ledgers/ci'],
  ])('%s is the folder %s', async (location, expected) => {
    const store = await storeAdapter.open(location, context(folder));
    const lock = await store.lock('one', 'x');
    await append(lock, EMPTY, opened());
    await lock.release();
    expect(await readdir(join(folder, expected))).toContain('one.jsonl');
  });

  it.each(['', 'a\0b', 7, null])('is not %j', async (location) => {
    await expect(storeAdapter.open(location, context(folder))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });
});

describe('every file that is opened', () => {
  /** How many are open after all went well, or after one call of each kind failed. */
  async function leftOpen(
    use: (operations: FileOperations) => Promise<unknown>,
  ): Promise<number[]> {
    const left: number[] = [];
    for (let failing = 0, isDone = false; !isDone; failing++) {
      await rm(folder, { recursive: true, force: true });
      await writeChapters(folder, 2);
      await open({ folder, machine: fakeMachine(3, { 3: 'running' }) }).lock('one', 'killed');
      let count = 0;
      let files = 0;
      const operations = hooked(async (call, _, act) => {
        // A file that fails to be closed is closed all the same.
        if (call === 'close') files--;
        else if (++count === failing) throw systemError('EIO');
        const result = await act();
        if (call === 'open') files++;
        return result;
      });
      await use(operations).catch(() => {});
      left.push(files);
      isDone = count < failing;
    }
    return left;
  }

  it.each<[string, (operations: FileOperations) => Promise<unknown>]>([
    [
      'to append',
      async (operations) => {
        const { revision } = await open({ folder }).open('one');
        const machine = fakeMachine(4, { 4: 'running' });
        const lock = await open({ folder, operations, machine }).lock('one', 'x');
        await append(lock, revision, started('a')).finally(() => lock.release());
      },
    ],
    ['to read', (operations) => open({ folder, operations }).open('one')],
    ['to read it all', (operations) => collect(open({ folder, operations }).history('one'))],
    ['to claim', (operations) => open({ folder, operations }).claim('one', 'key')],
    ['to ask who holds it', async (operations) => open({ folder, operations }).holder?.('one')],
    ['to check', async (operations) => open({ folder, operations }).check?.()],
  ])('%s is closed again, whatever fails', async (_, use) => {
    const left = await leftOpen(use);
    expect(left).toEqual(left.map(() => 0));
    expect(left.length).toBeGreaterThan(5);
  });
});
