import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { KeyturnError } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { fakeMachine, freshFolder, hooked, open, systemError, writeChapters } from './support.ts';

/** What there is of file systems that make no file, whoever asks. */
const pseudo = (
  await Promise.all(
    ['/proc', '/proc/x', '/proc/x/y/z', '/proc/self', '/proc/self/x', '/sys/x', '/dev/null/x'].map(
      async (path) =>
        (await stat(join('/', path.split('/')[1] ?? '')).catch(() => undefined)) ? [path] : [],
    ),
  )
).flat();

const machine = fakeMachine(1, { 1: 'running', 2: 'running' });

describe('check', () => {
  it('finds nothing wrong with a folder that is not there yet, and does not make it', async () => {
    const folder = await freshFolder();
    const report = { location: folder, warnings: [], problems: [] };
    expect(await open({ folder }).check?.()).toEqual(report);
    expect(await readdir(dirname(folder))).toEqual([]);
    await writeChapters(folder, 1);
    expect(await open({ folder }).check?.()).toEqual(report);
  });

  it('tells what a run would fail with', async () => {
    const folder = await freshFolder();
    await writeFile(folder, '');
    const [problem] = (await open({ folder }).check?.())?.problems ?? [];
    expect(problem).toMatchObject({ code: 'STATE_FAILED', effect: 'none' });
    expect(problem?.message).toBe(`${folder}: it is not a folder`);
    const below = await open({ folder: join(folder, 'state') }).check?.();
    expect(below?.problems[0]?.hint).toContain('KEYTURN_STATE');
  });

  it.each(['mkdir', 'open', 'writeFile', 'sync', 'close'])(
    'tells that the disk is full, which only %s shows, and leaves nothing behind',
    async (failing) => {
      const folder = await freshFolder();
      const operations = hooked(async (call, _, act) => {
        if (call !== failing) return act();
        if (call === 'close') await act();
        throw systemError('ENOSPC');
      });
      for (const make of [async () => {}, () => mkdir(folder)]) {
        await make();
        const report = await open({ folder, operations }).check?.();
        expect(report?.problems).toMatchObject([{ code: 'STATE_FAILED', effect: 'none' }]);
        expect(report?.problems[0]?.message).toMatch(/: the disk is full$/);
      }
      expect(await readdir(dirname(folder))).toEqual(['state']);
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it.each(pseudo)('tells that nothing can be kept in %s', async (folder) => {
    const report = await open({ folder }).check?.();
    expect(report?.problems).toMatchObject([{ code: 'STATE_FAILED', effect: 'none' }]);
    expect(report?.problems[0]?.hint).not.toBe('');
  });

  it('tells of a link that leads nowhere', async () => {
    const folder = await freshFolder();
    await symlink(join(dirname(folder), 'missing'), folder);
    const [problem] = (await open({ folder }).check?.())?.problems ?? [];
    expect(problem?.message).toContain(`${folder}: `);
    await expect(open({ folder }).lock('one', 'x')).rejects.toMatchObject({
      message: problem?.message,
      hint: problem?.hint,
    });
    await mkdir(join(dirname(folder), 'missing'));
    expect(await open({ folder }).check?.()).toMatchObject({ problems: [] });
    await (await open({ folder }).lock('one', 'x')).release();
  });

  it.each(['EACCES', 'EROFS'])('tells that nothing can be written there: %s', async (errno) => {
    const folder = await freshFolder();
    const operations = hooked((call, _, act) =>
      call === 'access' ? Promise.reject(systemError(errno)) : act(),
    );
    for (const make of [async () => {}, () => mkdir(folder)]) {
      await make();
      const [problem] = (await open({ folder, operations }).check?.())?.problems ?? [];
      expect(problem).toMatchObject({ code: 'STATE_FAILED', effect: 'none' });
    }
  });

  it('warns where anybody may write, and refuses where somebody else owns that', async () => {
    const folder = await freshFolder();
    await writeChapters(folder, 1);
    await chmod(folder, 0o777);
    const uid = process.getuid?.();
    const own = await open({ folder, machine: { ...machine, uid } }).check?.();
    expect(own).toMatchObject({
      warnings: [expect.stringContaining(`chmod o-w ${folder}`)],
      problems: [],
    });
    const foreign = await open({ folder, machine: { ...machine, uid: (uid ?? 0) + 1 } }).check?.();
    expect(foreign?.problems[0]?.message).toContain('belongs to another user');
  });
});

describe('a lock', () => {
  it.each(pseudo)('is refused at once, in a line, in %s', async (folder) => {
    const error = await open({ folder, machine })
      .lock('one', 'x')
      .catch((thrown: unknown) => thrown as KeyturnError);
    expect(error).toMatchObject({ code: 'STATE_FAILED', effect: 'none' });
    expect((error as KeyturnError).message).toMatch(/^\/[^\n]+: [^\n]+$/);
    expect((error as KeyturnError).message).not.toMatch(/file system reports/);
  });

  it('says where nothing can be made', async () => {
    const folder = await freshFolder();
    await mkdir(folder);
    const operations = hooked((call, path, act) =>
      call === 'mkdir' && path.startsWith(`${folder}/`)
        ? Promise.reject(systemError('ENOENT'))
        : act(),
    );
    for (const deep of [folder, join(folder, 'a'), join(folder, 'a', 'b')]) {
      const work = open({ folder: deep, operations, machine }).lock('one', 'x');
      await expect(work).rejects.toMatchObject({
        code: 'STATE_FAILED',
        message: expect.stringContaining(`${folder}: nothing can be created`),
        hint: expect.stringContaining('KEYTURN_STATE'),
      });
    }
  });

  it('is refused where a file stands in the place of the folder', async () => {
    const folder = await freshFolder();
    await writeFile(folder, '');
    await expect(open({ folder, machine }).lock('one', 'x')).rejects.toMatchObject({
      code: 'STATE_FAILED',
      message: `${folder}: it is not a folder`,
    });
  });
});

describe('holder', () => {
  it('is somebody who is alive', async () => {
    const folder = await freshFolder();
    await open({ folder, machine }).lock('one', 'ana@laptop');
    const seenBy = (by: typeof machine) => open({ folder, machine: by }).holder?.('one');
    expect(await seenBy(fakeMachine(2, { 1: 'running' }))).toMatch(
      /^ana@laptop \(process 1 on alpha/,
    );
    expect(await seenBy(fakeMachine(2, {}))).toBeUndefined();
    expect(await readdir(join(folder, 'one.lock'))).toHaveLength(1);
  });
});
