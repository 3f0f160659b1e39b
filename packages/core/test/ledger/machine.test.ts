import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import process from 'node:process';

import { describe, expect, it, vi } from 'vitest';

import { thisMachine } from '../../src/ledger/index.ts';

/** As the system answers for a process that is asked for by this number. */
function answer(code?: string): void {
  vi.spyOn(process, 'kill').mockImplementation(() => {
    if (code !== undefined) throw Object.assign(new Error('kill'), { code });
    return true;
  });
}

describe('this machine', () => {
  it('is known by its name, and this process by its number', async () => {
    expect(await thisMachine()).toMatchObject({
      host: hostname(),
      pid: process.pid,
      uid: process.getuid?.(),
    });
  });

  it.runIf(process.platform === 'linux')(
    'is told from others of that name by its boot and its process namespace',
    async () => {
      expect((await thisMachine()).instance).toMatch(/^[0-9a-f-]{36} pid:\[\d+\]$/);
    },
  );

  it.runIf(process.platform === 'linux')('knows since when a process runs', async () => {
    const { look } = await thisMachine();
    expect(await look(process.pid)).toEqual({
      state: 'running',
      start: expect.stringMatching(/^\d+$/),
    });
  });

  it('knows that a process has ended', async () => {
    const { look } = await thisMachine();
    const { pid } = spawnSync(process.execPath, ['--version']);
    expect(await look(pid)).toEqual({ state: 'gone' });
  });

  // No system has a process of this number, so nothing else is told of it.
  it.each([
    ['gone', 'ESRCH'],
    ['running', 'EPERM'],
    ['running', undefined],
  ])('takes a process for %s where the system answers with %s', async (state, code) => {
    const { look } = await thisMachine();
    answer(code);
    expect(await look(2 ** 30)).toEqual({ state });
  });
});
