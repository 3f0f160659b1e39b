import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { fakeMachine, freshFolder, hooked, open, systemError, writeChapters } from './support.ts';

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
      warnings: [`anybody on this machine may write there: chmod o-w ${folder}`],
      problems: [],
    });
    const foreign = await open({ folder, machine: { ...machine, uid: (uid ?? 0) + 1 } }).check?.();
    expect(foreign?.problems[0]?.message).toContain('belongs to another user');
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
