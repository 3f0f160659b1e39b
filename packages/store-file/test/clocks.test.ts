import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import type { FileOperations } from '../src/operations.ts';
import {
  deferred,
  fakeMachine,
  freshFolder,
  hooked,
  LEASE,
  type ManualClock,
  manualClock,
  open,
  stampedBy,
  systemError,
} from './support.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 1440 * MINUTE;
/** Twice the resolution of the coarsest file system. */
const ALLOWANCE = 4 * SECOND;

const here = fakeMachine(1, { 1: 'running' }, 'alpha');
const there = fakeMachine(1, { 1: 'running' }, 'beta');

let folder: string;
/** The clock of the file system, which stamps files. */
let files: ManualClock;
beforeEach(async () => {
  folder = await freshFolder();
  files = manualClock();
  files.time = Math.floor(files.time / 4000) * 4000;
});

/** A machine's clock that differs from the file system's, and goes on with it. */
const off = (by: number) => ({ ...manualClock(), now: () => files.time + by });

/** Lets a lock's heart beat when it is told to, and nothing else. */
function heart(resolution = 1) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  let beaten = deferred();
  const operations = stampedBy(files, resolution, async (call, path, act) => {
    const result = await act();
    if (call === 'close' && /\.lock.[0-9a-f]{32}$/.test(path)) beaten.resolve();
    return result;
  });
  const beat = async (): Promise<void> => {
    beaten = deferred();
    vi.advanceTimersByTime(LEASE / 4);
    await beaten.promise;
  };
  return { operations, beat };
}

const skews = [-DAY, -5 * MINUTE, 0, 5 * MINUTE, DAY];
const pairs = skews.flatMap((holder) => skews.map((other) => [holder, other] as const));

describe('a holder on another machine', () => {
  it.each(pairs)(
    'whose clock is off by %d ms is honoured as long as it beats, by one that is off by %d ms',
    async (itsOwn, others) => {
      const { operations, beat } = heart();
      const lock = await open({ folder, operations, clock: off(itsOwn), machine: there }).lock(
        'one',
        'far away',
      );
      const next = open({ folder, operations, clock: off(others), machine: here });
      for (let beats = 0; beats < 8; beats++) {
        files.time += LEASE;
        await expect(next.lock('one', 'x')).rejects.toMatchObject({
          code: 'STATE_BUSY',
          message: expect.stringContaining('far away (process 1 on beta'),
        });
        await beat();
      }
      expect(lock.signal.aborted).toBe(false);
      await lock.confirm();
      await lock.release();
    },
  );

  it.each(pairs)(
    'whose clock is off by %d ms is followed after its lease, by one that is off by %d ms',
    async (itsOwn, others) => {
      const { operations, beat } = heart();
      await open({ folder, operations, clock: off(itsOwn), machine: there }).lock('one', 'killed');
      files.time += LEASE;
      await beat();
      const next = open({ folder, operations, clock: off(others), machine: here });
      files.time += LEASE + ALLOWANCE;
      await expect(next.lock('one', 'x')).rejects.toMatchObject({ code: 'STATE_BUSY' });
      files.time += SECOND;
      await (await next.lock('one', 'x')).release();
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it.each([1, 10, SECOND, 2 * SECOND])(
    'is honoured for a whole lease on a file system that counts in steps of %d ms',
    async (resolution) => {
      const operations = stampedBy(files, resolution);
      const next = open({ folder, operations, machine: here });
      for (const early of [0, 1, 999, 1999]) {
        files.time += early;
        await open({ folder, operations, machine: there }).lock('one', 'killed');
        files.time += LEASE;
        await expect(next.lock('one', 'x')).rejects.toMatchObject({ code: 'STATE_BUSY' });
        files.time += ALLOWANCE + resolution + 1;
        await (await next.lock('one', 'x')).release();
      }
    },
  );

  it('is followed a lease after the first who asks, where the clock of the files was set back', async () => {
    const operations = stampedBy(files);
    await open({ folder, operations, machine: there }).lock('one', 'killed');
    files.time -= DAY;
    const next = open({ folder, operations, machine: here });
    await expect(next.lock('one', 'x')).rejects.toMatchObject({ code: 'STATE_BUSY' });
    files.time += LEASE + ALLOWANCE;
    await expect(next.lock('one', 'x')).rejects.toMatchObject({ code: 'STATE_BUSY' });
    files.time += SECOND;
    await (await next.lock('one', 'x')).release();
  });

  it('keeps the lock where the clock of the files cannot be read', async () => {
    const sound = stampedBy(files);
    await open({ folder, operations: sound, machine: there }).lock('one', 'far away');
    files.time += DAY;
    const broken = stampedBy(files, 1, (call, path, act) =>
      call === 'write' && path.includes('.hall') ? Promise.reject(systemError('EIO')) : act(),
    );
    await expect(
      open({ folder, operations: broken, machine: here }).lock('one', 'x'),
    ).rejects.toMatchObject({ code: 'STATE_FAILED', effect: 'none' });
    await (await open({ folder, operations: sound, machine: here }).lock('one', 'x')).release();
  });
});

describe('a holder on this machine', () => {
  it.each(skews)('that is gone is followed at once by a clock that is off by %d ms', async (by) => {
    const clocks: string[] = [];
    const operations = stampedBy(files, 1, (call, path, act) => {
      if (call === 'write') clocks.push(path);
      return act();
    });
    await open({ folder, operations, machine: fakeMachine(2, {}) }).lock('one', 'killed');
    const lock = await open({ folder, operations, clock: off(by), machine: here }).lock('one', 'x');
    expect(lock.signal.aborted).toBe(false);
    // No clock was needed.
    expect(clocks).toEqual([]);
    await lock.release();
  });

  it('that is stopped is honoured for its lease, whatever the clocks say', async () => {
    const machine = fakeMachine(1, { 1: 'running', 2: 'stopped' });
    const operations = stampedBy(files);
    await open({ folder, operations, machine: { ...machine, pid: 2 } }).lock('one', 'stopped');
    const next = open({ folder, operations, clock: off(DAY), machine });
    files.time += LEASE;
    await expect(next.lock('one', 'x')).rejects.toMatchObject({ code: 'STATE_BUSY' });
    files.time += ALLOWANCE + SECOND;
    await (await next.lock('one', 'x')).release();
  });
});

describe('who holds it, as doctor asks,', () => {
  const ask = (operations: FileOperations, by: number) =>
    open({ folder, operations, clock: off(by), machine: here }).holder?.('one');

  it.each(skews)(
    'is told by the clock of the files alone, not by one that is off by %d ms',
    async (by) => {
      const { operations, beat } = heart();
      await open({ folder, operations, machine: there }).lock('one', 'far away');
      files.time += LEASE;
      expect(await ask(operations, by)).toMatch(/^far away \(process 1 on beta/);
      await beat();
      files.time += LEASE + ALLOWANCE;
      expect(await ask(operations, by)).toMatch(/^far away/);
      files.time += SECOND;
      expect(await ask(operations, by)).toBeUndefined();
      expect(await readdir(folder)).toEqual(['one.lock']);
    },
  );

  it.each(['EROFS', 'EACCES'])(
    'is whoever is there, for one who may not write: %s',
    async (errno) => {
      await open({ folder, operations: stampedBy(files), machine: there }).lock('one', 'far away');
      files.time += DAY;
      const operations = stampedBy(files, 1, (call, _, act) =>
        call === 'mkdir' ? Promise.reject(systemError(errno)) : act(),
      );
      expect(await ask(operations, 0)).toMatch(/^far away/);
    },
  );
});

describe('what those left who were killed on their way to the lock', () => {
  const CANDIDATE = 'a'.repeat(32);

  it.each(skews)('goes once it is old by the clock of the files: off by %d ms', async (by) => {
    const operations = stampedBy(files);
    const own = join(folder, 'one.hall', CANDIDATE);
    await operations.mkdir(folder);
    await operations.mkdir(join(folder, 'one.hall'));
    await operations.mkdir(own);
    await writeFile(join(own, CANDIDATE), '{}');
    // Its folder is as old as what was put into it last.
    const { utimes } = await import('node:fs/promises');
    await utimes(own, files.time / 1000, files.time / 1000);
    const store = open({ folder, operations, clock: off(by), machine: here });

    files.time += LEASE + ALLOWANCE;
    await (await store.lock('one', 'x')).release();
    expect(await readdir(own)).toEqual([CANDIDATE]);

    files.time += SECOND;
    await (await store.lock('one', 'x')).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('may be gone by the time another run wants to remove it', async () => {
    const own = join(folder, 'one.hall', CANDIDATE);
    await mkdir(own, { recursive: true });
    const operations = hooked(async (call, path, act) => {
      if (call === 'lstat' && path === own) await rm(own, { recursive: true, force: true });
      return act();
    });
    await (await open({ folder, operations, machine: here }).lock('one', 'x')).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('stays where it is no folder of a run', async () => {
    const operations = stampedBy(files);
    const hall = join(folder, 'one.hall');
    await mkdir(hall, { recursive: true });
    await writeFile(join(hall, 'note'), '');
    files.time += DAY;
    await (await open({ folder, operations, machine: here }).lock('one', 'x')).release();
    expect(await readdir(hall)).toEqual(['note']);
  });
});
