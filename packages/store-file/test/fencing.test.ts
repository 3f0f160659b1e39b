import { chain, EMPTY } from '@keyturn/core/ledger';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import {
  append,
  AT,
  collect,
  deferred,
  fakeMachine,
  freshFolder,
  hooked,
  labelsOf,
  LEASE,
  open,
  opened,
  started,
  systemError,
  writeChapters,
} from './support.ts';

let folder: string;
beforeEach(async () => {
  folder = await freshFolder();
});

/** Lets one call wait until it is let go. */
function gate(call: string, suffix: string) {
  const reached = deferred();
  const go = deferred();
  let isArmed = false;
  const operations = hooked(async (name, path, act) => {
    if (isArmed && name === call && path.endsWith(suffix)) {
      isArmed = false;
      reached.resolve();
      await go.promise;
    }
    return act();
  });
  const arm = (): void => void (isArmed = true);
  return { operations, arm, reached: reached.promise, open: go.resolve };
}

const history = (): Promise<string[]> =>
  collect(open({ folder }).history('one')).then((records) => labelsOf(records));

describe('a writer that was paused and overtaken', () => {
  const asleep = fakeMachine(1, { 1: 'running' });
  const awake = fakeMachine(2, { 2: 'running' });

  it.each([
    ['before its write', 'write', '.jsonl', EMPTY],
    ['before its sync', 'datasync', '.jsonl', EMPTY],
    ['while it opens the ledger', 'open', '.jsonl', EMPTY],
    ['before it looks what the ledger ends with', 'stat', '.jsonl', EMPTY],
  ])('writes nowhere when it wakes up %s', async (_, call, suffix) => {
    const before = await writeChapters(folder, 2);
    const pause = gate(call, suffix);
    const late = await open({ folder, machine: asleep, operations: pause.operations }).lock(
      'one',
      'asleep',
    );
    pause.arm();
    const lateAppend = append(late, before, started('late'));
    await pause.reached;

    const lock = await open({ folder, machine: awake }).lock('one', 'awake');
    const read = await open({ folder }).open('one');
    const revision = await append(lock, read.revision, started('new'));
    pause.open();
    await expect(lateAppend).rejects.toMatchObject({ code: 'STATE_LOST' });
    expect(late.signal.aborted).toBe(true);
    await append(lock, revision, started('newer'));

    const labels = await history();
    expect(labels.slice(-2)).toEqual(['new', 'newer']);
    expect(labels.slice(0, 2)).toEqual(['label-0', 'label-1']);
    expect((await open({ folder }).open('one')).revision).toMatch(/^\d+:/);
    await late.release();
    await expect(open({ folder, machine: awake }).lock('one', 'x')).rejects.toMatchObject({
      code: 'STATE_BUSY',
    });
    await lock.release();
  });

  it('cannot make a first ledger behind the new one', async () => {
    const pause = gate('open', '.jsonl');
    const late = await open({ folder, machine: asleep, operations: pause.operations }).lock(
      'one',
      'asleep',
    );
    pause.arm();
    const lateAppend = append(late, EMPTY, opened(), started('late'));
    await pause.reached;
    const lock = await open({ folder, machine: awake }).lock('one', 'awake');
    const revision = await append(lock, EMPTY, opened(), started('new'));
    pause.open();
    await expect(lateAppend).rejects.toMatchObject({ code: 'STATE_LOST', effect: 'none' });
    await append(lock, revision, started('newer'));
    expect(await history()).toEqual(['new', 'newer']);
    await lock.release();
  });

  it.each(['open', 'rename'])(
    'cannot undo what came after, when its own takeover was paused at %s',
    async (call) => {
      const before = await writeChapters(folder, 1);
      await open({ folder, machine: fakeMachine(3, { 3: 'running' }) }).lock('one', 'killed');
      const pause = gate(call, '.copy');
      pause.arm();
      const second = open({ folder, machine: asleep, operations: pause.operations }).lock(
        'one',
        'asleep',
      );
      await pause.reached;
      const lock = await open({ folder, machine: awake }).lock('one', 'awake');
      const revision = await append(lock, before, started('new'));
      pause.open();
      await expect(second).rejects.toMatchObject({ code: 'STATE_LOST' });
      await append(lock, revision, started('newer'));
      expect(await history()).toEqual(['label-0', 'new', 'newer']);
      await lock.release();
      expect((await readdir(folder)).toSorted()).toEqual(['one.head', 'one.jsonl']);
    },
  );

  it('is told of the loss though the next holder has not come to the ledger yet', async () => {
    const before = await writeChapters(folder, 1);
    const pause = gate('datasync', '.jsonl');
    const late = await open({ folder, machine: asleep, operations: pause.operations }).lock(
      'one',
      'asleep',
    );
    pause.arm();
    const lateAppend = append(late, before, started('late'));
    await pause.reached;
    const taking = gate('open', '.copy');
    taking.arm();
    const next = open({ folder, machine: awake, operations: taking.operations }).lock('one', 'x');
    await taking.reached;
    pause.open();
    await expect(lateAppend).rejects.toMatchObject({ code: 'STATE_LOST', effect: 'unknown' });
    taking.open();
    await (await next).release();
    expect(await history()).toEqual(['label-0', 'late']);
  });

  it('cannot set back what is known to be durable', async () => {
    const before = await writeChapters(folder, 1);
    const pause = gate('rename', '.head');
    const late = await open({ folder, machine: asleep, operations: pause.operations }).lock(
      'one',
      'asleep',
    );
    pause.arm();
    const lateAppend = append(late, before, started('early'));
    await pause.reached;
    const lock = await open({ folder, machine: awake }).lock('one', 'awake');
    const { revision } = await open({ folder }).open('one');
    const last = await append(lock, revision, started('new'));
    pause.open();
    await lateAppend;
    expect(await readFile(join(folder, 'one.head'), 'utf8')).toBe(`${last}\n`);
    await lock.release();
  });

  it('is fenced even where those who moved it out were killed before they moved in', async () => {
    const before = await writeChapters(folder, 1);
    const pause = gate('write', '.jsonl');
    const late = await open({ folder, machine: asleep, operations: pause.operations }).lock(
      'one',
      'asleep',
    );
    pause.arm();
    const lateAppend = append(late, before, started('late'));
    await pause.reached;
    let moves = 0;
    const dying = hooked(async (call, path, act) => {
      // Its second attempt to move in is the one after it had moved the old holder out.
      if (call === 'rename' && path.includes('.hall') && ++moves === 2) throw new Error('killed');
      return act();
    });
    await expect(
      open({ folder, machine: awake, operations: dying }).lock('one', 'dying'),
    ).rejects.toMatchObject({ code: 'STATE_FAILED' });
    const lock = await open({ folder, machine: awake }).lock('one', 'awake');
    pause.open();
    await expect(lateAppend).rejects.toMatchObject({ code: 'STATE_LOST' });
    await append(lock, before, started('new'));
    expect(await history()).toEqual(['label-0', 'new']);
    await lock.release();
  });

  it('learns of the loss by its heartbeat', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const late = await open({ folder, machine: asleep }).lock('one', 'asleep');
    const noticed = new Promise<void>((resolve) =>
      late.signal.addEventListener('abort', () => resolve()),
    );
    const lock = await open({ folder, machine: awake }).lock('one', 'awake');
    vi.advanceTimersByTime(LEASE / 4);
    await noticed;
    expect(late.signal.reason).toMatchObject({ code: 'STATE_LOST' });
    await late.release();
    await lock.release();
  });
});

describe('a lock', () => {
  it('leaves nothing behind, and lets a second release pass', async () => {
    const lock = await open({ folder }).lock('one', 'x');
    await append(lock, EMPTY, opened());
    await lock.release();
    await lock.release();
    expect((await readdir(folder)).toSorted()).toEqual(['one.head', 'one.jsonl']);
  });

  it('says the same to a second release, where the first could not make all durable', async () => {
    const operations = hooked((call, _, act) =>
      call === 'datasync' ? Promise.reject(systemError('EIO')) : act(),
    );
    const lock = await open({ folder, operations }).lock('one', 'x');
    await lock.append(chain(EMPTY, [opened()], AT), EMPTY, { durable: 'with-the-next' });
    for (let times = 0; times < 2; times++)
      await expect(lock.release()).rejects.toMatchObject({
        code: 'STATE_FAILED',
        effect: 'unknown',
      });
    expect(lock.signal.aborted).toBe(false);
  });

  it.each([
    ['a link', (path: string) => symlink('/', path)],
    ['a file', (path: string) => writeFile(path, '')],
    ['a folder of somebody else', (path: string) => mkdir(join(path, 'x'), { recursive: true })],
  ])('is refused where %s stands in its place', async (_, plant) => {
    await mkdir(folder);
    await plant(join(folder, 'one.lock'));
    await expect(open({ folder }).lock('one', 'x')).rejects.toMatchObject({
      code: 'STATE_FAILED',
      message: expect.stringContaining('one.lock'),
    });
  });

  it.each([`${'a'.repeat(32)}.copy.old`, `old.${'a'.repeat(32)}.head`, 'a'.repeat(33)])(
    'is refused, and nothing is removed, where somebody put the file %s into it',
    async (name) => {
      const path = join(folder, 'one.lock', name);
      await mkdir(join(folder, 'one.lock'), { recursive: true });
      await writeFile(path, 'theirs');
      await expect(open({ folder }).lock('one', 'x')).rejects.toMatchObject({
        code: 'STATE_FAILED',
        message: expect.stringContaining(name),
      });
      expect(await readFile(path, 'utf8')).toBe('theirs');
    },
  );

  it('refuses a holder file that is a link', async () => {
    await mkdir(join(folder, 'one.lock'), { recursive: true });
    await symlink('/etc/hostname', join(folder, 'one.lock', 'b'.repeat(32)));
    await expect(open({ folder }).lock('one', 'x')).rejects.toMatchObject({ code: 'STATE_FAILED' });
  });

  it('that changes hands all the time is busy in the end', async () => {
    let moves = 0;
    const operations = hooked((call, path, act) => {
      if (call !== 'rename' || !path.includes('.hall')) return act();
      moves++;
      return Promise.reject(Object.assign(new Error('planted'), { code: 'ENOTEMPTY' }));
    });
    await expect(open({ folder, operations }).lock('one', 'x')).rejects.toMatchObject({
      effect: 'none',
    });
    expect(moves).toBe(200);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOENT', 'ENOTDIR'])(
    'is tried again where another run was faster: %s',
    async (code) => {
      let moves = 0;
      const operations = hooked((call, path, act) =>
        call === 'rename' && path.includes('.hall') && ++moves === 1
          ? Promise.reject(Object.assign(new Error('planted'), { code }))
          : act(),
      );
      await (await open({ folder, operations }).lock('one', 'x')).release();
      expect(moves).toBe(2);
    },
  );

  it('is not tried again where the disk fails', async () => {
    let moves = 0;
    const operations = hooked((call, path, act) => {
      if (call !== 'rename' || !path.includes('.hall')) return act();
      moves++;
      return Promise.reject(Object.assign(new Error('planted'), { code: 'EIO' }));
    });
    await expect(open({ folder, operations }).lock('one', 'x')).rejects.toMatchObject({
      code: 'STATE_FAILED',
    });
    expect(moves).toBe(1);
  });

  it('that is taken over leaves the permissions of the ledger as they were', async () => {
    await writeChapters(folder, 1);
    await chmod(join(folder, 'one.jsonl'), 0o640);
    await open({ folder, machine: fakeMachine(1, { 1: 'running' }) }).lock('one', 'killed');
    await (
      await open({ folder, machine: fakeMachine(2, { 2: 'running' }) }).lock('one', 'x')
    ).release();
    expect((await stat(join(folder, 'one.jsonl'))).mode & 0o777).toBe(0o640);
  });

  it('beats no more once it was released', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const lock = await open({ folder }).lock('one', 'x');
    expect(vi.getTimerCount()).toBe(1);
    await lock.release();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has the ledger open no longer once it was released', async () => {
    let files = 0;
    const operations = hooked(async (call, path, act) => {
      const result = await act();
      if (path.endsWith('.jsonl') && call === 'open') files++;
      if (path.endsWith('.jsonl') && call === 'close') files--;
      return result;
    });
    const lock = await open({ folder, operations }).lock('one', 'x');
    await append(lock, EMPTY, opened());
    expect(files).toBe(1);
    await lock.release();
    expect(files).toBe(0);
  });

  it('names nobody to doctor for what is no holder in it', async () => {
    await mkdir(join(folder, 'one.lock'), { recursive: true });
    await writeFile(join(folder, 'one.lock', `${'a'.repeat(32)}.head`), '');
    expect(await open({ folder }).holder?.('one')).toBeUndefined();
    const vanishing = hooked((call, path, act) =>
      call === 'open' && path.includes('one.lock')
        ? Promise.reject(Object.assign(new Error('planted'), { code: 'ENOENT' }))
        : act(),
    );
    await writeFile(join(folder, 'one.lock', 'b'.repeat(32)), '{}');
    expect(await open({ folder, operations: vanishing }).holder?.('one')).toBeUndefined();
  });
});
