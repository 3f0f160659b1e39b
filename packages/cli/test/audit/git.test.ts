import { chmod } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { git, type GitBounds } from '../../src/audit/gather/git.ts';
import { temporaryFolder } from '../../../host/test/temporary-folder.ts';

/** Bounds for a `git` that is this script. */
async function bounds(script: string, more: Partial<GitBounds> = {}): Promise<GitBounds> {
  const directory = await temporaryFolder({ git: `#!/bin/sh\n${script}\n` });
  await chmod(join(directory, 'git'), 0o755);
  return {
    env: { PATH: `${directory}:${process.env['PATH']}` },
    directory,
    signal: new AbortController().signal,
    milliseconds: 20_000,
    maxCharacters: 1000,
    ...more,
  };
}

describe('git ends', () => {
  it('with its own exit code and output', async () => {
    let text = '';
    const end = await git(['x'], await bounds('echo "$@"; exit 3'), (piece) => (text += piece));
    expect([end, text.endsWith(' x\n')]).toEqual([3, true]);
  });

  it('when it takes too long', async () => {
    expect(await git([], await bounds('exec sleep 60', { milliseconds: 50 }), () => {})).toBe(
      'time',
    );
  });

  it('when it says too much, and no more than that is handed on', async () => {
    let length = 0;
    const end = await git([], await bounds('exec yes'), (piece) => (length += piece.length));
    expect([end, length <= 1000]).toEqual(['size', true]);
  });

  it('when it is interrupted, also before it began', async () => {
    const signal = AbortSignal.abort();
    expect(await git([], await bounds('exec sleep 60', { signal }), () => {})).toBe('interrupted');
  });

  it('and gets no credential from the environment', async () => {
    const given = await bounds('env');
    let text = '';
    await git(
      [],
      { ...given, env: { ...given.env, PLANETSCALE_SERVICE_TOKEN: 'x', GIT_DIR: 'y' } },
      (piece) => (text += piece),
    );
    expect(text).toContain('PATH=');
    expect(text).not.toMatch(/PLANETSCALE|GIT_DIR/);
  });
});
