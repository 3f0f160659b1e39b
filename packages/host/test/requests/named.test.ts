import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { geteuid } from 'node:process';

import { describe, expect, it, onTestFinished } from 'vitest';

import { noteNamed, readNamed } from '../../src/requests/named.ts';

async function home(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-named-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const about = (env: Record<string, string>, rotation = 'ci') => ({
  env,
  uid: geteuid?.(),
  location: '/srv/.keyturn',
  rotation,
  issuer: 'planetscale:acme',
});

describe('what the user said on this machine', () => {
  it('is of one rotation, and said once', async () => {
    const env = { HOME: await home() };
    await noteNamed(about(env), { token: 'one' });
    await noteNamed(about(env), { token: 'one' });
    await noteNamed(about(env), { formerly: 'old' });
    expect(await readNamed(about(env))).toEqual({
      named: ['one'],
      formerly: ['old'],
      shown: {},
    });
    expect(await readNamed(about(env, 'other'))).toEqual({
      named: [],
      formerly: [],
      shown: {},
    });
  });

  it('names no token whose permissions were only seen', async () => {
    const env = { HOME: await home() };
    const seen = (permissions: string[]) => noteNamed(about(env), { token: 'one', permissions });
    await seen(['read']);
    await seen(['read', 'write']);
    expect(await readNamed(about(env))).toEqual({
      named: [],
      formerly: [],
      shown: { one: ['read', 'write'] },
    });
    await noteNamed(about(env), { token: 'two', permissions: ['read'] });
    expect((await readNamed(about(env))).shown).toEqual({ two: ['read'] });
  });

  it('survives a line that a kill cut off, and lines that are none', async () => {
    const env = { HOME: await home() };
    await noteNamed(about(env), { token: 'one' });
    const file = join(env.HOME, '.local/state/keyturn/named.jsonl');
    await appendFile(file, '7\nnull\n{"of":');
    await noteNamed(about(env), { token: 'two' });
    await noteNamed(about(env), { token: 'three' });
    expect((await readNamed(about(env))).named).toEqual(expect.arrayContaining(['one', 'three']));
  });

  it('is nothing that another user wrote, and nothing in a folder that depends on where it runs', async () => {
    const env = { HOME: await home() };
    await noteNamed(about(env), { token: 'one' });
    const other = { ...about(env), uid: (geteuid?.() ?? 0) + 1 };
    expect((await readNamed(other)).named).toEqual([]);
    await mkdir(join(env.HOME, 'state'));
    const relative = { HOME: env.HOME, XDG_STATE_HOME: 'state' };
    expect((await readNamed(about(relative))).named).toEqual(['one']);
  });
});
