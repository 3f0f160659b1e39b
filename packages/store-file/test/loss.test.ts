import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { KeyturnError } from '@keyturn/core';
import { EMPTY, type Lock, type Revision } from '@keyturn/core/ledger';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import {
  append,
  collect,
  freshFolder,
  hooked,
  labelsOf,
  LEASE,
  open,
  opened,
  started,
  writeChapters,
} from './support.ts';

let folder: string;
let elsewhere: string;
let lock: Lock;
let revision: Revision;
beforeEach(async () => {
  folder = await freshFolder();
  elsewhere = `${folder}-moved`;
  lock = await open({ folder }).lock('one', 'x');
  revision = await append(lock, EMPTY, opened());
});

const refusalOf = (work: Promise<unknown>): Promise<KeyturnError> =>
  work.then(
    () => expect.fail('it was accepted'),
    (error: unknown) => error as KeyturnError,
  );

describe.each([
  [
    'the folder was moved',
    () => rename(folder, elsewhere),
    'STATE_FAILED',
    'the folder was moved or removed',
  ],
  [
    'the folder was removed',
    () => rm(folder, { recursive: true }),
    'STATE_FAILED',
    'the folder was moved or removed',
  ],
  [
    'another folder was put in its place',
    async () => {
      await rename(folder, elsewhere);
      await mkdir(folder);
    },
    'STATE_FAILED',
    'the folder was replaced',
  ],
  [
    'another folder with a lock was put in its place',
    async () => {
      await rename(folder, elsewhere);
      await (await open({ folder }).lock('two', 'x')).release();
      await open({ folder }).lock('one', 'x');
    },
    'STATE_FAILED',
    'the folder was replaced',
  ],
  [
    'the lock was removed',
    () => rm(join(folder, 'one.lock'), { recursive: true }),
    'STATE_LOST',
    'the lock was removed',
  ],
  [
    'another run has the lock',
    async () => {
      await rm(join(folder, 'one.lock'), { recursive: true });
      await open({ folder }).lock('one', 'y');
    },
    'STATE_LOST',
    'another run has taken over the lock',
  ],
] as const)('where %s', (_, happen, code, what) => {
  it('an append says so, and nothing is written any more', async () => {
    await happen();
    const error = await refusalOf(append(lock, revision, started('late')));
    expect(error).toMatchObject({ code, effect: 'none' });
    expect(error.message).toContain(`: ${what}`);
    expect(error.hint).toMatch(/run it again|Run it again/);
    expect(lock.signal.aborted).toBe(true);
    expect(lock.signal.reason).toMatchObject({ code, message: error.message });
    expect(await refusalOf(lock.confirm())).toMatchObject({ code, message: error.message });
    const homes = [folder, elsewhere];
    const ledgers = await Promise.all(
      homes.map((home) => collect(open({ folder: home }).history('one'))),
    );
    expect(ledgers.flatMap((records) => labelsOf(records))).toEqual([]);
    await lock.release();
  });

  it('a look at the lock says so', async () => {
    await happen();
    const error = await refusalOf(lock.confirm());
    expect(error).toMatchObject({ code, effect: 'none' });
    expect(error.message).toContain(what);
    await lock.release();
  });

  it('an append that is being written says so, and that its effect is not known', async () => {
    let isArmed = false;
    const operations = hooked(async (call, path, act) => {
      const result = await act();
      if (isArmed && call === 'datasync' && path.endsWith('.jsonl')) await happen();
      return result;
    });
    await lock.release();
    lock = await open({ folder, operations }).lock('one', 'x');
    isArmed = true;
    const error = await refusalOf(append(lock, revision, started('late')));
    expect(error).toMatchObject({ code, effect: 'unknown' });
    expect(error.message).toContain(what);
    await lock.release();
  });

  it('the heartbeat notices', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    await lock.release();
    lock = await open({ folder }).lock('one', 'x');
    await happen();
    const noticed = new Promise<void>((resolve) =>
      lock.signal.addEventListener('abort', () => resolve()),
    );
    const before = vi.getTimerCount();
    vi.advanceTimersByTime(LEASE / 4);
    await noticed;
    expect(lock.signal.reason).toMatchObject({ code, effect: 'unknown' });
    expect((lock.signal.reason as KeyturnError).message).toContain(what);
    // It has said so, and beats no more.
    expect(vi.getTimerCount()).toBe(before - 1);
    await lock.release();
  });
});

describe('a lock that was released', () => {
  it('says so, and not that somebody else has it', async () => {
    await lock.release();
    for (const work of [() => append(lock, revision, started('late')), () => lock.confirm()]) {
      const error = await refusalOf(work());
      expect(error).toMatchObject({ code: 'STATE_LOST', effect: 'none' });
      expect(error.message).toMatch(/: the lock was released$/);
    }
    expect(lock.signal.aborted).toBe(false);
  });
});

describe('a ledger that was replaced under a run', () => {
  it('is told as that', async () => {
    await lock.release();
    const ledger = join(folder, 'one.jsonl');
    const operations = hooked(async (call, path, act) => {
      const result = await act();
      if (call === 'datasync' && path === ledger) await rename(ledger, `${ledger}.old`);
      return result;
    });
    lock = await open({ folder, operations }).lock('one', 'x');
    const error = await refusalOf(append(lock, revision, started('late')));
    expect(error).toMatchObject({ code: 'STATE_LOST', effect: 'unknown' });
    expect(error.message).toContain(`${ledger}: the file was replaced`);
    expect(lock.signal.reason).toBe(error);
    await lock.release();
  });
});

describe('a heartbeat', () => {
  it('that fails for a moment is no loss', async () => {
    await lock.release();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    let tries = 0;
    let tried = (): void => {};
    const operations = hooked(async (call, path, act) => {
      if (call !== 'write' || !path.includes('one.lock')) return act();
      tries++;
      tried();
      throw Object.assign(new Error('planted'), { code: 'EIO' });
    });
    lock = await open({ folder, operations }).lock('one', 'x');
    for (let beat = 1; beat <= 3; beat++) {
      const done = new Promise<void>((resolve) => (tried = resolve));
      vi.advanceTimersByTime(LEASE / 4);
      await done;
      expect(tries).toBe(beat);
    }
    expect(lock.signal.aborted).toBe(false);
    await append(lock, revision, started('a'));
    await lock.release();
  });

  it('does not make anew what was removed', async () => {
    await writeChapters(folder, 1, 'two');
    const other = await open({ folder }).lock('two', 'x');
    await rm(join(folder, 'two.lock'), { recursive: true });
    await refusalOf(other.confirm());
    expect((await readdir(folder)).includes('two.lock')).toBe(false);
    await other.release();
  });
});
